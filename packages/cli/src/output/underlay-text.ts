/** The network between the engines of a lab, for people. */
import type { Underlay } from '@peerlab/lab';

/** `round trips between engines: b-c 0.4 ms, c-d 0.5 ms`. */
export function underlayText(underlay: readonly Underlay[]): string {
  const pairs = underlay.map(({ engines, rttMs }) => `${engines.join('-')} ${rttMs.toFixed(1)} ms`);
  return `round trips between engines: ${pairs.join(', ')}`;
}
