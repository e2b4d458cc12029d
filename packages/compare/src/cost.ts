/** What messages cost the peers, from their own counters. */
import type { PeerClient } from '@peerlab/driver';

/** Sums over all peers since they started. A sum is undefined where a peer does not count it. */
export interface Cost {
  readonly frames: number | undefined;
  readonly bytes: number | undefined;
  readonly duplicates: number | undefined;
}

/** Reads every peer's counters. */
export async function readCost(clients: readonly PeerClient[]): Promise<Cost> {
  if (clients.some(client => !client.can('counters'))) {
    return { frames: undefined, bytes: undefined, duplicates: undefined };
  }
  const readings = await Promise.all(clients.map(async client => await client.request({ command: 'counters' })));
  const sessions = readings.flatMap(reading => reading.sessions);
  return {
    frames: sum(sessions.map(({ framesOut }) => framesOut)),
    bytes: sum(sessions.map(({ bytesOut }) => bytesOut)),
    duplicates: sum(readings.map(({ totals }) => totals.duplicate)),
  };
}

/** The cost of one message of `count`, between two readings. */
export function costPerMessage(before: Cost, after: Cost, count: number): Cost {
  const each = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined || count === 0 ? undefined : (to - from) / count;
  return {
    frames: each(before.frames, after.frames),
    bytes: each(before.bytes, after.bytes),
    duplicates: each(before.duplicates, after.duplicates),
  };
}

/** Undefined as soon as one of them is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>((a, b) => (a === undefined || b === undefined ? undefined : a + b), 0);
}
