/** The network between the engines of a lab, for people. */
import type { Underlay } from '@peerlab/lab';

/** `between engines: b-c 0.4 ms, 480 MB/s; c-d 0.5 ms`: round trip, and rate where it was measured. */
export function underlayText(underlay: readonly Underlay[]): string {
  const pairs = underlay.map(({ engines, rttMs, bytesPerS }) => {
    const rate = bytesPerS === undefined ? '' : `, ${rateText(bytesPerS)}`;
    return `${engines.join('-')} ${rttMs.toFixed(1)} ms${rate}`;
  });
  return `between engines: ${pairs.join('; ')}`;
}

/** Two digits: one short transfer tells no more. */
function rateText(bytesPerS: number): string {
  const megabytes = Number((bytesPerS / 1e6).toPrecision(2));
  return `${megabytes.toLocaleString('en')} MB/s`;
}
