/** What the topology sets on a link, in words, as seen from one of its ends. */
import { isDirected, linkSettingsText, oneWay } from '@peerlab/conditions';
import type { LinkTrack } from './history.ts';

/** `5 ms`, or, where the directions differ, `there 5 ms; back 20 ms`; empty where nothing is set. @param from the place of an end */
export function settingsSeenFrom({ a, settings }: LinkTrack, from: number): string {
  const [out, back] = from === a ? (['there', 'back'] as const) : (['back', 'there'] as const);
  const text = linkSettingsText(oneWay(settings, out));
  return isDirected(settings) ? `there ${text}; back ${linkSettingsText(oneWay(settings, back))}` : text;
}
