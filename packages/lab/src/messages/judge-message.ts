/**
 * The oracle: what the graph says of one message, against what was seen. Pure.
 * explain.ts tells where and why; the checks (checks/) send the messages.
 */
import { distancesFrom, type Graph } from '@peerlab/graph';
import type { Content } from './content.ts';
import type { Reception } from './reception.ts';

/** A message that was sent, by places in the topology. */
export interface SentMessage {
  readonly id: string;
  readonly from: number;
  /** The recipient of a direct message. */
  readonly to?: number | undefined;
  /** Left out: without limit. */
  readonly ttl?: number | undefined;
  /** What was sent, and must be delivered; left out: it is not compared. */
  readonly content?: Content | undefined;
}

/** A broken promise. `peer` broke it or was affected by it, depending on the kind. */
export interface Violation {
  readonly kind:
    | 'missed' // within reach, and it never came
    | 'beyond-horizon' // it came, although the distance is more than the TTL
    | 'twice' // delivered more than once
    | 'own' // delivered to its origin
    | 'not-meant' // a direct message surfaced at another peer
    | 'altered' // delivered with another payload, origin or kind than it was sent with
    | 'hops'; // a hop count that no path has, or not one more than that of the neighbour it came from
  readonly message: SentMessage;
  readonly peer: number;
  /** Deliveries that were seen at the peer; of a message that was whole before, the later ones alone. */
  readonly seen: readonly Reception[];
  /** How often the peer delivered it. */
  readonly times: number;
  /** Hops from the origin; -1: no path. */
  readonly distance: number;
  /** The neighbour whose own hop count does not fit to this one, and that count. */
  readonly source?: { readonly peer: number; readonly hops: number } | undefined;
  /** Of an altered one: the neighbour that it came from, and whether that one delivered it altered as well. */
  readonly alteredBefore?: { readonly peer: number; readonly isAltered: boolean } | undefined;
}

/** A message, what the graph promises of it, and what was seen. */
export interface JudgedMessage {
  readonly message: SentMessage;
  /** Who had to receive it, ascending. */
  readonly expected: readonly number[];
  /** Who did, ascending. */
  readonly received: readonly number[];
  /** How often each of those delivered it. */
  readonly times: ReadonlyMap<number, number>;
  /** The deliveries; of a message that was whole before, the later ones alone. */
  readonly receptions: readonly Reception[];
  readonly violations: readonly Violation[];
}

/** The peers that must receive a message, ascending. @param distance hops from the origin, by peer */
export function expectedReceivers({ to, ttl }: Omit<SentMessage, 'id'>, distance: Int32Array): number[] {
  const isDue = (peer: number, hops: number): boolean =>
    hops >= 1 && hops <= (ttl ?? Number.POSITIVE_INFINITY) && (to === undefined || to === peer);
  return Array.from(distance.entries()).flatMap(([peer, hops]) => (isDue(peer, hops) ? [peer] : []));
}

/**
 * Judges a message that had been delivered once to each expected peer, by the deliveries that came later.
 * @param expected who had received it, ascending
 * @param distance hops from the origin, by peer
 */
export function judgeLater(
  message: SentMessage,
  expected: readonly number[],
  later: readonly Reception[],
  distance: Int32Array,
): JudgedMessage {
  const times = new Map(expected.map(peer => [peer, 1]));
  const byPeer = new Map<number, Reception[]>();
  for (const reception of later) {
    const { peer } = reception;
    byPeer.set(peer, [...(byPeer.get(peer) ?? []), reception]);
    times.set(peer, (times.get(peer) ?? 0) + 1);
  }
  const violations = [...byPeer].map(([peer, seen]): Violation => {
    const kind =
      peer === message.from
        ? 'own'
        : message.to !== undefined && message.to !== peer
          ? 'not-meant'
          : expected.includes(peer)
            ? 'twice'
            : 'beyond-horizon';
    return { kind, message, peer, seen, times: times.get(peer) ?? 0, distance: distance[peer] ?? -1 };
  });
  const received = [...times.keys()].sort((a, b) => a - b);
  return { message, expected, received, times, receptions: later, violations };
}

/**
 * Judges one message. The lab must be at rest: what has not come is then known not to come.
 * - a broadcast with TTL T reaches exactly the peers v with 1 <= d(s, v) <= T, each once, and never its origin;
 * - a direct message with TTL T reaches t if and only if d(s, t) <= T, once, and surfaces nowhere else;
 * - every peer delivers what was sent: the payload, the origin, the kind;
 * - hops on arrival are at least the distance, and at most the TTL, where the peer knows them (0: it does not);
 * - of a broadcast, they are one more than those of the neighbour that it came from; with a TTL they may be fewer, since
 *   that neighbour may have relayed a better copy than the one it delivered.
 * @param distance hops from the origin, by peer
 * @param places of the peers by node id; if omitted, hop counts are not compared between neighbours
 */
export function judgeMessage(
  graph: Graph,
  message: SentMessage,
  receptions: readonly Reception[],
  distance: Int32Array = distancesFrom(graph, message.from),
  places: ReadonlyMap<string, number> = new Map(),
): JudgedMessage {
  const ttl = message.ttl ?? Number.POSITIVE_INFINITY;
  const byPeer = new Map<number, Reception[]>();
  for (const reception of receptions) {
    const known = byPeer.get(reception.peer);
    if (known === undefined) byPeer.set(reception.peer, [reception]);
    else known.push(reception);
  }
  const expected: number[] = [];
  const violations: Violation[] = [];
  for (let peer = 0; peer < graph.peerCount; peer++) {
    const d = distance[peer] ?? -1;
    const seen = byPeer.get(peer) ?? [];
    const isDue = d >= 1 && d <= ttl && (message.to === undefined || message.to === peer);
    if (isDue) expected.push(peer);
    const kind = violationOf(message, peer, isDue, seen, d, ttl);
    if (kind === 'altered') {
      const from = places.get(seen[0]?.from ?? '') ?? -1;
      const isAltered = from !== message.from && byPeer.get(from)?.some(one => isAlteredIn(one, message)) === true;
      const before = from === -1 ? {} : { alteredBefore: { peer: from, isAltered } };
      violations.push({ kind, message, peer, seen, times: seen.length, distance: d, ...before });
    } else if (kind !== undefined) violations.push({ kind, message, peer, seen, times: seen.length, distance: d });
    else if (message.to === undefined && seen[0] !== undefined) {
      const from = places.get(seen[0].from ?? '') ?? -1;
      const source = { peer: from, hops: from === message.from ? 0 : byPeer.get(from)?.[0]?.hops || -1 };
      if (isUnfit(seen[0].hops, source.hops, message)) {
        violations.push({ kind: 'hops', message, peer, seen, times: seen.length, distance: d, source });
      }
    }
  }
  const received = [...byPeer.keys()].sort((a, b) => a - b);
  const times = new Map(received.map(peer => [peer, byPeer.get(peer)?.length ?? 0]));
  return { message, expected, received, times, receptions, violations };
}

/** True for a delivery of something else than what was sent. */
function isAlteredIn(delivered: Reception, sent: SentMessage): boolean {
  if (delivered.content === undefined || sent.content === undefined) return false;
  return delivered.content.mark !== sent.content.mark;
}

/** @param before hops of the neighbour that it came from; -1: not known */
function isUnfit(hops: number, before: number, { ttl }: SentMessage): boolean {
  if (before === -1 || hops === 0) return false;
  return ttl === undefined ? hops !== before + 1 : hops > before + 1;
}

function violationOf(
  message: SentMessage,
  peer: number,
  isDue: boolean,
  seen: readonly Reception[],
  distance: number,
  ttl: number,
): Violation['kind'] | undefined {
  if (seen.length === 0) return isDue ? 'missed' : undefined;
  if (peer === message.from) return 'own';
  if (message.to !== undefined && message.to !== peer) return 'not-meant';
  if (!isDue) return 'beyond-horizon';
  if (seen.length > 1) return 'twice';
  if (seen.some(one => isAlteredIn(one, message))) return 'altered';
  return seen.every(({ hops }) => hops === 0 || (hops >= distance && hops <= ttl)) ? undefined : 'hops';
}
