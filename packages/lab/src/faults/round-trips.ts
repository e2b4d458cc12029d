/** What a latency that was asked for comes to: round trips over the links themselves, beside what they must at least take. */

import { Random } from '@peerlab/graph';
import type { LinkControl } from '../links/link-control.ts';
import { direction } from '../links/link-state.ts';
import type { Endpoint } from '../links/linked-lab.ts';
import type { MeasuredLatency } from './applied-fault.ts';
import { draw, type LinkPlaces } from './choose-targets.ts';

/** What is pinged. */
export interface PingedLab {
  readonly endpoints: readonly Endpoint[];
  /** In topology order. */
  readonly nodeIds: readonly string[];
  readonly links: Pick<LinkControl, 'state' | 'whyCut'>;
}

/** Links that are measured: enough for a median that one slow link does not decide. */
const SAMPLE = 9;

/**
 * Pings some of these links; undefined where no peer can.
 * @throws {LabError} what a peer answers, but for a link that is not there
 */
export async function measureLatency(
  lab: PingedLab,
  links: readonly LinkPlaces[],
): Promise<MeasuredLatency | undefined> {
  const measured = await roundTrips(lab, links);
  if (measured.length === 0) return undefined;
  return {
    askedMs: median(measured.map(({ askedMs }) => askedMs)),
    measuredMs: median(measured.map(({ rttMs }) => rttMs)),
    links: measured.length,
  };
}

/** A round trip over a link, and what it must at least take by what was asked of the link, in milliseconds. */
export interface RoundTrip {
  readonly rttMs: number;
  readonly askedMs: number;
}

/**
 * Pings some of these links; those that no peer can ping are left out.
 * @throws {LabError} what a peer answers, but for a link that is not there
 */
export async function roundTrips(lab: PingedLab, links: readonly LinkPlaces[]): Promise<readonly RoundTrip[]> {
  const { endpoints, nodeIds } = lab;
  const { whyCut } = lab.links;
  const canPing = (peer: number): boolean => endpoints[peer]?.client.can('ping') === true;
  const usable = links.filter(([a, b]) => {
    const isThere = endpoints[a] !== undefined && endpoints[b] !== undefined && whyCut(a, b) === undefined;
    return isThere && (canPing(a) || canPing(b));
  });
  const sample = draw(usable, Math.min(SAMPLE, usable.length), new Random(0));
  const trips = await Promise.all(
    sample.map(async ([a, b]) => {
      const [from, to] = canPing(a) ? [a, b] : [b, a];
      const peer = nodeIds[to];
      const client = endpoints[from]?.client;
      if (peer === undefined || client === undefined) return [];
      try {
        const told = await client.ask({ command: 'ping', peer });
        if (told === undefined) return [];
        return [{ rttMs: told.rttMs, askedMs: leastMs(lab, from, to) + leastMs(lab, to, from) }];
      } catch (error) {
        // The link has gone meanwhile.
        if (Object(error).code === 'PEER_REFUSED') return [];
        throw error;
      }
    }),
  );
  return trips.flat();
}

/** The least delay of what goes from one peer to another. */
function leastMs({ links, endpoints }: PingedLab, from: number, to: number): number {
  if (endpoints[from]?.client.can('shape') !== true) return 0;
  const { latencyMs = 0, jitterMs = 0 } = links.state.wanted(direction(from, to)) ?? {};
  if (typeof latencyMs === 'number') return Math.max(0, latencyMs - jitterMs);
  return 'uniform' in latencyMs ? Math.max(0, latencyMs.uniform.min - jitterMs) : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
