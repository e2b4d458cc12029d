/** Makes the links of the topology, and proves that the links that exist are exactly those. */
import type { NeighbourInfo } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';

/** A link that should be there and is not, or the other way round, by peer names. */
export interface LinkFault {
  readonly a: string;
  readonly b: string;
  /** `cut`: a fault keeps it down; `half`: one end has it; `sessions-differ`: the ends know different sessions. */
  readonly fault: 'missing' | 'cut' | 'not-drawn' | 'half' | 'sessions-differ';
  readonly detail: string;
  /** The peer at fault, by name, where it can be told: the end that does not run. */
  readonly culprit?: string | undefined;
}

/** What is there, against what is drawn. */
export interface LinkSurvey {
  readonly drawn: number;
  /** Links that are drawn and up at both ends. */
  readonly up: number;
  readonly faults: readonly LinkFault[];
}

/** Why a link between two places cannot be there now, in one clause; undefined where it can. */
export type WhyCut = (a: number, b: number) => string | undefined;

/** A peer with where it takes links; undefined where it does not run. */
export type Endpoint = { readonly client: PeerClient; readonly address: string; readonly port: number } | undefined;

/** Links that are dialled at once. @default 64: more than a small machine works on, fewer than a listen queue holds */
const DIALS_AT_ONCE = 64;

/**
 * Dials what is missing.
 * @param endpoints in topology order
 * @param only a peer that was started again: its links alone are dialled, and it dials them, since its neighbours may
 *   not have noticed yet that it was gone
 * @param whyCut links that it gives a reason for are left out
 * @returns how many links were dialled
 * @throws {LabError} `LINKS_MISSING` naming each link that could not be made
 */
export async function dialMissing(
  topology: Topology,
  endpoints: readonly Endpoint[],
  only?: number,
  whyCut: WhyCut = () => undefined,
): Promise<number> {
  const neighbours = await neighboursOf(endpoints);
  const missing = topology.links.filter(({ a, b }) => {
    if (whyCut(a, b) !== undefined || (only !== undefined && a !== only && b !== only)) return false;
    const [from, to] = [endpoints[a], endpoints[b]];
    if (from === undefined || to === undefined) return false;
    const isUp = (x: number, y: Endpoint): boolean =>
      neighbours[x]?.some(({ peer }) => peer === y?.client.info.nodeId) ?? false;
    return !(isUp(a, to) && isUp(b, from));
  });
  const failures: string[] = [];
  const queue = [...missing];
  const work = async (): Promise<void> => {
    for (let link = queue.shift(); link !== undefined; link = queue.shift()) {
      const [a, b] = link.b === only ? [link.b, link.a] : [link.a, link.b];
      const [from, to] = [endpoints[a], endpoints[b]];
      if (from === undefined || to === undefined) continue;
      try {
        await from.client.request({ command: 'connect', host: to.address, port: to.port });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failures.push(`${from.client.name}-${to.client.name}: ${why}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(DIALS_AT_ONCE, missing.length) }, work));
  if (failures.length > 0) {
    const shown = failures.slice(0, 5).join('; ');
    const message = `${failures.length} of ${missing.length} links could not be made: ${shown}`;
    throw new LabError('LINKS_MISSING', message, { details: { failures } });
  }
  return missing.length;
}

/**
 * Compares the links that the peers report with those of the topology.
 * @param whyCut why a link that is missing cannot be there
 */
export async function surveyLinks(
  topology: Topology,
  endpoints: readonly Endpoint[],
  whyCut: WhyCut = () => undefined,
): Promise<LinkSurvey> {
  const neighbours = await neighboursOf(endpoints);
  const names = topology.peers.map(({ name }) => name);
  const indexOf = new Map(
    endpoints.flatMap((end, i) => (end === undefined ? [] : [[end.client.info.nodeId, i] as const])),
  );
  const drawn = new Set(topology.links.map(({ a, b }) => pairKey(a, b)));
  const ends = new Map<string, NeighbourInfo[]>();
  const faults: LinkFault[] = [];
  neighbours.forEach((links, i) => {
    for (const link of links) {
      const j = indexOf.get(link.peer);
      if (j === undefined) {
        const detail = `${names[i]} has a link to ${link.peer} (${link.address}), which is not a peer of this lab`;
        faults.push({ a: names[i] ?? '', b: link.peer, fault: 'not-drawn', detail });
        continue;
      }
      const key = pairKey(i, j);
      ends.set(key, [...(ends.get(key) ?? []), link]);
    }
  });
  let up = 0;
  for (const key of new Set([...drawn, ...ends.keys()])) {
    const [i, j] = key.split('-').map(Number);
    const [a, b] = [names[i ?? -1] ?? '', names[j ?? -1] ?? ''];
    const sessions = (ends.get(key) ?? []).map(({ session }) => session);
    if (!drawn.has(key))
      faults.push({ a, b, fault: 'not-drawn', detail: `${a} and ${b} are linked, but the topology has no such link` });
    else if (sessions.length === 0) {
      const down = [i, j].find(end => endpoints[end ?? -1] === undefined);
      const culprit = down === undefined ? undefined : names[down];
      const cut = whyCut(i ?? -1, j ?? -1);
      const why = cut ?? (culprit === undefined ? undefined : `${culprit} does not run`);
      const detail = `${a} and ${b} are not linked${why === undefined ? '' : `: ${why}`}`;
      faults.push({ a, b, fault: cut === undefined ? 'missing' : 'cut', detail, culprit });
    } else if (sessions.length === 1) {
      const [has, lacks] = neighbours[i ?? -1]?.some(({ peer }) => indexOf.get(peer) === j) ? [a, b] : [b, a];
      faults.push({ a, b, fault: 'half', detail: `${has} has a link to ${lacks}, which does not have it` });
    } else if (sessions[0] !== sessions[1] || sessions.length > 2) {
      faults.push({ a, b, fault: 'sessions-differ', detail: `${a} and ${b} do not hold the same link` });
    } else up++;
  }
  return { drawn: drawn.size, up, faults };
}

async function neighboursOf(endpoints: readonly Endpoint[]): Promise<readonly NeighbourInfo[][]> {
  return await Promise.all(
    endpoints.map(async end => {
      if (end === undefined) return [];
      const { links } = await end.client.request({ command: 'neighbours' });
      return [...links];
    }),
  );
}

function pairKey(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}
