/** What a check is: one claim that the lab proves, with what the graph says, what was seen, and why they differ. */

import type { Capability } from '@peerlab/contract';
import { type LabClock, LabError, type PeerClient } from '@peerlab/driver';
import { conclude, type Finding, type FindingFacts } from '@peerlab/finding';
import { type Graph, hasOneWayLinks, type Random } from '@peerlab/graph';
import type { LinkedLab } from '../links/linked-lab.ts';
import type { Receptions } from '../messages/receptions.ts';
import type { SettleOptions, SettleReport } from '../settling/settle.ts';

/** The default checks, in their order. */
export type CheckName = 'links' | 'broadcast' | 'ttl' | 'dm' | 'probe';

/** What each check claims, in a few words. */
export const CHECK_CLAIMS: Readonly<Record<CheckName, string>> = {
  links: 'the links are as drawn',
  broadcast: 'broadcasts reach every peer once',
  ttl: 'a TTL is an exact horizon',
  dm: 'direct messages arrive within their TTL',
  probe: 'every peer reaches every other one',
};

/** What a check found. */
export type CheckFinding = Finding & {
  readonly name: CheckName;
  readonly timeMs: number;
};

/**
 * The finding of a check that was tried.
 * @param open the parts of the claim that could not be tried or seen, and why
 */
export function checkFinding(
  name: CheckName,
  facts: Omit<FindingFacts, 'claim'>,
  open: readonly string[],
  timeMs: number,
): CheckFinding {
  return { name, ...conclude({ claim: CHECK_CLAIMS[name], ...facts }, open), timeMs };
}

/** What a wait for rest is told by those who wait. */
export type SettleWait = Pick<SettleOptions, 'others' | 'othersTimeoutMs' | 'ownCopies'>;

/** What checks work on. */
export interface CheckContext extends LinkedLab {
  /** The peers that run, and the links between them as the faults in force leave them. */
  readonly graph: Graph;
  readonly receptions: Receptions;
  /** Why what arrives cannot be predicted now, as reasons; empty where it can. */
  readonly uncertain: readonly string[];
  /** Waits for rest. @throws {LabError} as {@link settle} of settle.ts */
  readonly settle: (wait?: SettleWait) => Promise<SettleReport>;
  /** How long messages that have not arrived are waited for where rest is a guess, in milliseconds; see `SettleOptions`. */
  readonly arrivalMs?: number | undefined;
  /** Ends waits early. */
  readonly signal?: AbortSignal | undefined;
  /** The lab's clock. */
  readonly clock: LabClock;
  /** Uniform in [0, 1), decided by the topology's seed. */
  readonly random: Random;
}

/** Explanations that a check gives at most; one defect breaks many promises. */
export const MAX_EXPLANATIONS = 5;

/** The clients in topology order. */
export function clientsOf(context: CheckContext): (PeerClient | undefined)[] {
  return context.endpoints.map(endpoint => endpoint?.client);
}

/** Why the frames of a flood cannot be predicted here, for people; undefined: they can. */
export function unpredictable(context: CheckContext): string | undefined {
  if (context.topology.ownLinks === true) {
    return 'the peers choose their own links: the cost of a broadcast is not predicted';
  }
  if (hasOneWayLinks(context.graph)) {
    return 'some links work in one direction only, so the cost of a flood depends on which copy arrives first';
  }
  const gossips = clientsOf(context).flatMap(client => (client?.can('gossip') ? [client.name] : []));
  if (gossips.length === 0) return undefined;
  const who = gossips.length > 3 ? `${gossips.length} peers` : gossips.join(', ');
  return `own relaying rules of ${who}: the cost of a broadcast is counted, not predicted`;
}

/** The client of a peer that something is sent by or to. @throws {LabError} `PEER_FAILED` when it is away by now */
export function clientAt({ endpoints, topology, presence }: CheckContext, peer: number): PeerClient {
  const client = endpoints[peer]?.client;
  if (client !== undefined) return client;
  const name = topology.peers[peer]?.name ?? String(peer);
  throw new LabError('PEER_FAILED', `${name} ${presence.absence(peer) ?? 'is not there'}`, { details: { peer: name } });
}

/** The places of the peers that run and can do this. */
export function runningPeers(context: CheckContext): number[] {
  return context.endpoints.flatMap((endpoint, i) => (endpoint === undefined ? [] : [i]));
}

/** A sample of at most `count`, without repetition, in ascending order of place. */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  if (items.length <= count) return [...items];
  const order = items.map((_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + random.below(order.length - i);
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  const chosen = new Set(order.slice(0, count));
  return items.filter((_, i) => chosen.has(i));
}

/** `1 peer`, `2 peers`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Peers that are named in a reason; of more, the number. */
const MAX_NAMED = 3;

/** `n3, n5, n7 and 2 more`. */
function namesOf(peers: readonly string[]): string {
  const more = peers.length > MAX_NAMED ? ` and ${peers.length - MAX_NAMED} more` : '';
  return `${peers.slice(0, MAX_NAMED).join(', ')}${more}`;
}

/** What is open because peers lack a capability, as a reason; none where no peer lacks it. */
export function openWithout(capability: Capability, peers: readonly string[], what: string): string[] {
  if (peers.length === 0) return [];
  const verb = peers.length === 1 ? 'does' : 'do';
  return [`${namesOf(peers)} ${verb} not announce the capability ${capability}: ${what}`];
}

/** The names of the peers that run and do not announce this. */
export function peersWithout(context: CheckContext, capability: Capability): string[] {
  return clientsOf(context).flatMap(client => (client?.can(capability) === false ? [client.name] : []));
}

/** What is open because the lab could not see that nothing was in flight, as reasons. */
export function openAtRest({
  method,
  withoutCounters,
  programs,
  silent,
}: Pick<SettleReport, 'method' | 'silent' | 'withoutCounters' | 'programs'>): string[] {
  if (silent.length > 0) {
    const what = `what ${silent.length === 1 ? 'it' : 'they'} received and passed on is not known`;
    return [`${namesOf(silent)} did not answer: ${what}`];
  }
  if (method === 'counters') return [];
  const what = 'the lab waited for silence and cannot see that nothing more is in flight';
  // Of a program only what was seen is claimed.
  return openWithout(
    'counters',
    withoutCounters.filter(name => !programs.includes(name)),
    what,
  );
}

/** What was seen of the peers that are programs, and what was not, as evidence. */
export function notesAtRest({ programs }: Pick<SettleReport, 'programs'>): string[] {
  if (programs.length === 0) return [];
  return ['a program does not count its frames: that no further copy is under way is not known'];
}

/** Why the frames of messages are not known, as a reason; none where they are, or where {@link openAtRest} says it. */
export function openFrames(
  { frames, open }: { readonly frames: number | undefined; readonly open: readonly string[] },
  { method, silent }: Pick<SettleReport, 'method' | 'silent'>,
): readonly string[] {
  if (frames !== undefined || open.length > 0 || method !== 'counters' || silent.length > 0) return open;
  return ['the frames could not be counted: peers started or stopped meanwhile'];
}

/** Peers whose part in a failure is not known, as evidence. */
export function unknownParts(context: CheckContext): string[] {
  return openWithout('history', peersWithout(context, 'history'), 'what it did with the failed messages is not known');
}
