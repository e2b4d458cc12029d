/** The drawn neighbours of a peer. */
import type { LinkSpec } from './model.ts';

/** Their indices, in the order of the links. */
export function neighboursOf(links: readonly Pick<LinkSpec, 'a' | 'b'>[], own: number): readonly number[] {
  return links.flatMap(({ a, b }) => (a === own ? [b] : b === own ? [a] : []));
}
