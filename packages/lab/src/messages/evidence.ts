/**
 * What the peers recorded about one message, turned into which peer received which copy from which neighbour. A peer's
 * word about what it sent is weaker than its neighbour's about what came: a defective peer may not know what it does.
 */
import type { TraceRecordEvent } from '@peerlab/contract';
import type { LabClock, PeerClient } from '@peerlab/driver';
import type { Reception } from './reception.ts';

/** What is known of one peer and one message. Peers are places in the topology; -1 is a stranger. */
export interface PeerEvidence {
  /**
   * False when the peer has no flight recorder, or it is not sure to remember everything about the message: what is not
   * recorded may have happened.
   */
  readonly isRecorded: boolean;
  /** It has a flight recorder, which reaches back less far than the message. */
  readonly isForgotten: boolean;
  /** It did not run, so that it took no part. */
  readonly isAway?: boolean | undefined;
  /** How it ended, in one clause, where it did. */
  readonly ended?: string | undefined;
  /** The neighbours that it received copies from, one entry per copy; the first copy that it used comes first. */
  readonly takenFrom: readonly number[];
  /** Hops of its delivered copy, where it delivered one. */
  readonly hops: number | undefined;
  /** What it reports to have sent: to which peers, with which TTL. */
  readonly sent: readonly { readonly to: readonly number[]; readonly ttl: number }[];
  /** It reports that the TTL expired. */
  readonly isExpired: boolean;
  /** The peers that it reports it could not send to, and why. */
  readonly dropped: readonly { readonly to: number; readonly reason: string }[];
}

/** `evidence[i]`: of the peer at place i. */
export type Evidence = readonly PeerEvidence[];

/** A message, as far as the lab saw it. */
export interface SeenMessage {
  readonly id: string;
  /** On the lab's clock. */
  readonly sentAtMs: number;
  readonly receptions: readonly Reception[];
}

/**
 * Asks every peer that can tell for its records of a message. A peer that does not answer is as good as unrecorded.
 * @param clients in topology order, undefined where a peer does not run
 */
export async function gatherEvidence(
  message: SeenMessage,
  clients: readonly (PeerClient | undefined)[],
  clock: LabClock,
): Promise<Evidence> {
  const places = placesOf(clients);
  const histories = await Promise.all(clients.map(async client => await historyOf(client, message, clock)));
  return histories.map((history, peer) => {
    const own = message.receptions.filter(reception => reception.peer === peer);
    // A channel that this lab let go of itself says nothing of the peer.
    const ended = clients[peer]?.endText;
    return {
      ...evidenceOf(history, own, nodeId => places.get(nodeId) ?? -1),
      ended,
      isAway: clients[peer] === undefined,
    };
  });
}

/** Places in the topology by node id. */
export function placesOf(clients: readonly (PeerClient | undefined)[]): ReadonlyMap<string, number> {
  return new Map(clients.flatMap((client, i) => (client === undefined ? [] : [[client.info.nodeId, i] as const])));
}

/** What a peer's flight recorder says of a message. */
export interface RecordedMessage {
  readonly records: readonly TraceRecordEvent[];
  /** It remembers everything since the message was sent. */
  readonly isComplete: boolean;
}

/** @returns undefined where the peer has no flight recorder, or does not answer */
export async function historyOf(
  client: PeerClient | undefined,
  { id, sentAtMs }: Pick<SeenMessage, 'id' | 'sentAtMs'>,
  clock: LabClock,
): Promise<RecordedMessage | undefined> {
  if (client === undefined || !client.can('history')) return undefined;
  let atMs = clock.nowMs();
  const onReply = (repliedAtMs: number | undefined): void => {
    atMs = repliedAtMs ?? clock.nowMs();
  };
  try {
    const told = await client.ask({ command: 'history', id }, { onReply });
    if (told === undefined) return undefined;
    const { records, recordedMs } = told;
    return { records, isComplete: recordedMs === undefined || atMs - sentAtMs < recordedMs };
  } catch {
    return undefined;
  }
}

/** Puts one peer's records and deliveries together. */
export function evidenceOf(
  history: RecordedMessage | undefined,
  receptions: readonly Reception[],
  placeOf: (nodeId: string) => number,
): PeerEvidence {
  const all = history?.records ?? [];
  const relayed = all.flatMap(record =>
    (record.event === 'sent' || record.event === 'expired') && record.from !== undefined ? [placeOf(record.from)] : [],
  );
  const duplicates = all.flatMap(record => (record.event === 'duplicate' ? [placeOf(record.from)] : []));
  const [first] = receptions;
  // A peer that does not know the neighbour of its copy: the copy is a stranger's, or the first that was relayed.
  const unknown = relayed[0] ?? -1;
  const source = first === undefined ? undefined : first.from === undefined ? unknown : placeOf(first.from);
  // The delivered copy is the first that was relayed, where it was relayed at all.
  const delivered = source === undefined || source === relayed[0] ? [] : [source];
  return {
    isRecorded: history?.isComplete === true,
    isForgotten: history?.isComplete === false,
    takenFrom: [...delivered, ...relayed, ...duplicates],
    hops: first?.hops,
    sent: all.flatMap(record => (record.event === 'sent' ? [{ to: record.to.map(placeOf), ttl: record.ttl }] : [])),
    isExpired: all.some(({ event }) => event === 'expired'),
    dropped: all.flatMap(record =>
      record.event === 'dropped' ? [{ to: placeOf(record.to), reason: record.reason }] : [],
    ),
  };
}

/** True when the peer has, or had, the message: it delivered it, relayed it, or let it expire. */
export function hasMessage(evidence: PeerEvidence | undefined): boolean {
  return evidence !== undefined && (evidence.takenFrom.length > 0 || evidence.sent.length > 0 || evidence.isExpired);
}

/** Copies that `to` says it took from `from`. */
export function copiesTaken(evidence: Evidence, from: number, to: number): number {
  return evidence[to]?.takenFrom.filter(peer => peer === from).length ?? 0;
}
