/** The settings of a link as it is drawn, from one peer to another: the same both ways, or some of them each way their own. */
import type { LinkSettings } from './link-settings.ts';

/** A direction of a drawn link. `there`: as it is drawn, from its first peer to its second; `back`: from the second to the first. */
export type Way = 'there' | 'back';

/** One value for both directions, or one for each. */
export type EachWay<T> = T | Readonly<Record<Way, T>>;

/** {@link LinkSettings}, of which each quantity may be another one each way. */
export type DrawnLinkSettings = {
  readonly [S in keyof LinkSettings]: S extends 'delivery'
    ? LinkSettings[S]
    : EachWay<NonNullable<LinkSettings[S]>> | undefined;
};

/** What holds in one direction. */
export function oneWay(settings: DrawnLinkSettings, way: Way): LinkSettings {
  const entries = Object.entries(settings).map(([name, value]) => [name, isEachWay(value) ? value[way] : value]);
  return Object.fromEntries(entries);
}

/** True where something differs by direction. */
export function isDirected(settings: DrawnLinkSettings): boolean {
  return Object.values(settings).some(isEachWay);
}

function isEachWay(value: unknown): value is Readonly<Record<Way, unknown>> {
  return typeof value === 'object' && value !== null && 'there' in value;
}
