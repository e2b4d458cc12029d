/**
 * Explains a broken promise: which peer, which message, at which hop, and why, from what the peers recorded about that
 * very message (evidence.ts). Where peers keep no records it says what can be said, and what cannot.
 */
import type { Explanation } from '@peerlab/finding';
import { distancesFrom, type Graph, neighboursOf, reversed, shortestPath } from '@peerlab/graph';
import { copiesTaken, type Evidence, hasMessage, type PeerEvidence } from './evidence.ts';
import type { SentMessage, Violation } from './judge-message.ts';
import type { Reception } from './reception.ts';

/** What an explanation is made from. */
export interface Story {
  readonly graph: Graph;
  /** Names in topology order. */
  readonly names: readonly string[];
  readonly evidence: Evidence;
  /** How long the deliveries were waited for, in milliseconds, where nobody can say that they will not come any more. */
  readonly withinMs?: number | undefined;
  /** The peers choose their own links: the graph says nothing of the way of a message. */
  readonly hasOwnLinks?: boolean | undefined;
}

/** Explains one violation. */
export function explainViolation(violation: Violation, story: Story): Explanation {
  const { kind, message, peer, seen, times: count, distance } = violation;
  const name = nameOf(story, peer);
  const what = messageText(message, story);
  const base = { kind, messageId: message.id };
  const times = timesText(count);
  switch (kind) {
    case 'missed':
      return { ...base, ...missed(violation, story) };
    case 'beyond-horizon': {
      const culprit = overreachingPeer(violation, story);
      const hops = seen[0]?.hops ?? 0;
      const who = culprit === undefined ? '' : `; ${culprit.text}`;
      const text = `${what} reached ${name} at hop ${hops}, ${beyondText(violation, story)}${who}`;
      return { ...base, ...culpritOf(culprit?.name, name, story), text };
    }
    case 'twice':
      return { ...base, culprit: name, text: `${name} delivered ${what} ${times}, at hop ${seen[0]?.hops}` };
    case 'own':
      return {
        ...base,
        culprit: name,
        text: `${name} delivered ${what} to itself, ${times}, although it is the origin`,
      };
    case 'not-meant': {
      const meant = nameOf(story, message.to ?? -1);
      return {
        ...base,
        culprit: name,
        text: `${name} delivered ${what}, which was only for ${meant}, at hop ${seen[0]?.hops}`,
      };
    }
    case 'altered': {
      const { alteredBefore } = violation;
      const text = `${name} delivered ${what} ${alterationText(seen[0], message, story)}`;
      if (alteredBefore === undefined) return { ...base, culprit: name, text };
      const from = nameOf(story, alteredBefore.peer);
      // Which of the two altered it, this message cannot tell.
      if (alteredBefore.isAltered) {
        return { ...base, text: `${text}; it came from ${from}, which delivered it altered as well` };
      }
      return { ...base, culprit: name, suspects: [name, from], text: `${text}; it came from ${from}` };
    }
    case 'hops': {
      if (violation.source !== undefined) {
        const source = nameOf(story, violation.source.peer);
        const text = `${name} delivered ${what} with a hop count of ${seen[0]?.hops}, from ${source}, which had it at hop ${violation.source.hops}`;
        return { ...base, culprit: name, suspects: [name, source], text };
      }
      const limit = message.ttl === undefined ? '' : `, and its TTL allows ${message.ttl}`;
      const overreach = overreachingPeer(violation, story);
      const why = overreach === undefined ? '' : `; ${overreach.text}`;
      const text = `${name} delivered ${what} with a hop count of ${seen[0]?.hops}; the distance is ${distance}${limit}${why}`;
      return { ...base, ...culpritOf(overreach?.name, name, story), text };
    }
  }
}

/** Who raised a TTL; where nobody is known to have, the receiver itself, unless somebody's part is not known. */
function culpritOf(known: string | undefined, receiver: string, { evidence }: Story): Pick<Explanation, 'culprit'> {
  if (known !== undefined) return { culprit: known };
  return evidence.every(({ isRecorded }) => isRecorded) ? { culprit: receiver } : {};
}

/** In what a delivery differs from what was sent, in words. */
function alterationText(delivered: Reception | undefined, { from, content }: SentMessage, story: Story): string {
  const [found, sent] = [delivered?.content?.facts, content?.facts];
  if (found === undefined || sent === undefined) return 'with another payload, origin or kind than it was sent with';
  const differences: string[] = [];
  if (found.payload !== sent.payload) {
    const isSameSize = found.sizeBytes === sent.sizeBytes;
    const how = isSameSize
      ? 'other bytes of the same size'
      : `${found.sizeBytes} bytes, but ${sent.sizeBytes} were sent`;
    differences.push(`with another payload (${how})`);
  }
  if (found.origin !== sent.origin) {
    differences.push(`with the origin ${found.origin}, but it is of ${nameOf(story, from)} (${sent.origin})`);
  }
  if (found.kind !== sent.kind) differences.push(`as a ${found.kind}`);
  return differences.join(', and ');
}

/**
 * Audits one plain flood copy by copy: every peer that has the message must send it exactly once on every link but the
 * one that its first copy came by. Rests on what the neighbours took. Finds what the deliveries alone do not show: a
 * relay that stays silent where another path helps out, an echo, a frame sent twice.
 */
export function auditFlood(message: SentMessage, story: Story): Explanation[] {
  const { graph, evidence } = story;
  const what = messageText(message, story);
  const found: Explanation[] = [];
  for (let peer = 0; peer < graph.peerCount; peer++) {
    const own = evidence[peer];
    if (own === undefined || (peer !== message.from && !hasMessage(own)) || peer === message.to) continue;
    // Where its first copy came from is not known.
    if (peer !== message.from && !own.isRecorded && own.hops === undefined) continue;
    const source = peer === message.from ? undefined : own.takenFrom[0];
    const at =
      peer === message.from
        ? 'its origin'
        : `which had it${own.hops === undefined ? '' : ` at hop ${own.hops}`} from ${nameOf(story, source ?? -1)}`;
    const name = nameOf(story, peer);
    const silent = neighboursOf(graph, peer).filter(
      to => to !== source && evidence[to]?.isRecorded === true && copiesTaken(evidence, peer, to) === 0,
    );
    const base = { culprit: name, messageId: message.id };
    if (silent.length > 0) {
      const text = `${name}, ${at}, did not pass ${what} on to ${listOf(story, silent)}${itsOwnWord(own, silent, story)}`;
      found.push({ ...base, kind: 'not-relayed', text });
    }
    if (source !== undefined && copiesTaken(evidence, peer, source) > 0) {
      const text = `${name}, ${at}, sent ${what} back to ${nameOf(story, source)}`;
      found.push({ ...base, kind: 'echoed', text });
    }
    for (const to of neighboursOf(graph, peer)) {
      const copies = copiesTaken(evidence, peer, to);
      if (to === source || copies < 2) continue;
      found.push({
        ...base,
        kind: 'sent-twice',
        text: `${name}, ${at}, sent ${what} to ${nameOf(story, to)} ${timesText(copies)}`,
      });
    }
  }
  return found;
}

function missed(violation: Violation, story: Story): Pick<Explanation, 'culprit' | 'suspects' | 'text' | 'way'> {
  const { graph, hasOwnLinks = false } = story;
  const { message, peer } = violation;
  if (hasOwnLinks)
    return { text: `${nameOf(story, peer)} ${notReceived(story)} ${messageText(message, story)}${bound(story)}` };
  const last = lastOnWay(violation, story);
  const path = [
    ...(shortestPath(graph, message.from, last) ?? []),
    ...(shortestPath(graph, last, peer)?.slice(1) ?? []),
  ];
  const way = { path: path.map(v => nameOf(story, v)), stoppedAfter: nameOf(story, last) };
  return { ...explainMissed(violation, story, last), way };
}

/** Of the peers on shortest paths that had the message in time, the last one before the gap. */
function lastOnWay({ message, peer, distance }: Violation, story: Story): number {
  const fromOrigin = distancesFrom(story.graph, message.from);
  const toTarget = distancesFrom(reversed(story.graph), peer);
  let last = message.from;
  for (const v of peersOnTime(message, fromOrigin, story).keys()) {
    const isOnPath = (fromOrigin[v] ?? -1) >= 0 && (fromOrigin[v] ?? 0) + (toTarget[v] ?? 0) === distance;
    if (v !== peer && isOnPath && (toTarget[v] ?? 0) < (toTarget[last] ?? 0)) last = v;
  }
  return last;
}

/** What is not proven to be lost has not come in time; more nobody knows. */
function notReceived({ withinMs }: Story): string {
  return withinMs === undefined ? 'never received' : 'did not receive';
}

function notReached({ withinMs }: Story): string {
  return withinMs === undefined ? 'never reached' : 'did not reach';
}

/** ` within 60 s`, where that is all that is known. */
function bound({ withinMs }: Story): string {
  if (withinMs === undefined) return '';
  return ` within ${withinMs < 1000 ? `${Math.round(withinMs)} ms` : `${Number((withinMs / 1000).toFixed(1))} s`}`;
}

function explainMissed(
  { message, peer, distance }: Violation,
  story: Story,
  last: number,
): Pick<Explanation, 'culprit' | 'suspects' | 'text'> {
  const { graph, evidence } = story;
  const target = nameOf(story, peer);
  const what = messageText(message, story);
  const fromOrigin = distancesFrom(graph, message.from);
  const toTarget = distancesFrom(reversed(graph), peer);
  const had = peersOnTime(message, fromOrigin, story);
  const next = neighboursOf(graph, last).filter(v => (toTarget[v] ?? -1) === (toTarget[last] ?? 0) - 1);
  const own = evidence[last];
  const dead = [last, ...next].find(v => evidence[v]?.ended !== undefined);
  const lastName = nameOf(story, last);
  const start = `${target} ${notReceived(story)} ${what}${bound(story)}, ${distance} ${distance === 1 ? 'hop' : 'hops'} away`;
  const hop = last === message.from ? 'its origin' : `hop ${fromOrigin[last]}`;
  if (dead !== undefined) {
    const name = nameOf(story, dead);
    const where = dead === last ? 'the last peer known to have it' : `the next after ${lastName}, which had it`;
    return { culprit: name, text: `${start}; ${name}, ${where} (${hop}), ended: ${evidence[dead]?.ended}` };
  }
  if (own?.isRecorded !== true) {
    const where = message.to === undefined ? `on its link to` : 'on its way by';
    const text = `${start}; the last peer known to have it is ${lastName} (${hop}), ${noRecords(own)}, so the loss is at ${lastName} or ${where} ${listOf(story, next)}`;
    // What it did is not known at all: nobody is blamed for what a bounded memory has lost.
    if (own?.isForgotten === true) return { text };
    return { culprit: lastName, suspects: [last, ...next].map(v => nameOf(story, v)), text };
  }
  const told = next.filter(v => own.sent.some(({ to }) => to.includes(v)));
  const refused = own.dropped.find(({ to }) => next.includes(to));
  const source = had.get(last) ?? own.takenFrom[0];
  const from = source === undefined ? '' : ` from ${nameOf(story, source)}`;
  // A relay does not deliver a direct message: without its records nobody knows whether it took the copy.
  const unknown = message.to === undefined ? [] : told.filter(v => v !== peer && evidence[v]?.isRecorded !== true);
  if (unknown.length > 0) {
    const [first = -1] = unknown;
    const name = nameOf(story, first);
    const text = `${start}; ${lastName} (${hop}) sent it to ${name}, ${noRecords(evidence[first])}: the loss is on that link, at ${name} or beyond`;
    return { text };
  }
  if (told.length > 0) {
    const text = `${start}; ${lastName} (${hop}) sent it to ${listOf(story, told)}, which ${notReceived(story)} it: it was lost on that link or at ${listOf(story, told)}`;
    const suspects = [...told, last].map(v => nameOf(story, v));
    return { culprit: nameOf(story, told[0] ?? -1), suspects, text };
  }
  if (refused !== undefined) {
    return {
      culprit: lastName,
      text: `${start}; ${lastName} (${hop}) dropped it on its way to ${nameOf(story, refused.to)}: ${refused.reason}`,
    };
  }
  const why = own.isExpired ? 'treated its TTL as expired' : 'did not relay it';
  return {
    culprit: lastName,
    text: `${start}; ${lastName} had it${from} (${hop}) and ${why}, so it ${notReached(story)} ${listOf(story, next)}`,
  };
}

/**
 * Who had a message, with the neighbour that it came from where that is known. Of a message with a TTL only those count
 * who had it along a shortest path: a copy that took a detour has too little TTL left to matter.
 */
function peersOnTime(
  message: SentMessage,
  fromOrigin: Int32Array,
  { graph, evidence }: Story,
): Map<number, number | undefined> {
  const had = new Map<number, number | undefined>([[message.from, undefined]]);
  if (message.ttl === undefined) {
    evidence.forEach((own, v) => {
      if (v !== message.from && hasMessage(own)) had.set(v, own.takenFrom[0]);
    });
    return had;
  }
  // A map is walked in the order of insertion: breadth first.
  for (const u of had.keys()) {
    for (const v of neighboursOf(graph, u)) {
      if (had.has(v) || fromOrigin[v] !== (fromOrigin[u] ?? 0) + 1) continue;
      const own = evidence[v];
      if (copiesTaken(evidence, u, v) > 0 || (own?.isRecorded === false && hasMessage(own))) had.set(v, u);
    }
  }
  return had;
}

/**
 * The peer nearest to the origin that passed the message on with more TTL than any copy that it was sent allows. Every
 * copy counts: a peer that is sent a better copy later rightly relays again.
 */
function overreachingPeer(
  { message }: Violation,
  { graph, names, evidence }: Story,
): { name: string; text: string } | undefined {
  const distance = distancesFrom(graph, message.from);
  const ttlsSentTo = (peer: number): number[] =>
    evidence.flatMap(({ sent }) => sent.filter(({ to }) => to.includes(peer)).map(({ ttl }) => ttl));
  // A copy that nobody recorded may have been a better one.
  const isKnown = (peer: number): boolean =>
    neighboursOf(reversed(graph), peer).every(from => evidence[from]?.isRecorded === true);
  const guilty = evidence
    .map(({ sent }, peer) => ({
      peer,
      took: Math.max(0, ...ttlsSentTo(peer)),
      sent: Math.max(0, ...sent.map(({ ttl }) => ttl)),
    }))
    .filter(({ peer, took, sent }) => peer !== message.from && took > 0 && sent > took - 1 && isKnown(peer))
    .sort((a, b) => (distance[a.peer] ?? 0) - (distance[b.peer] ?? 0))[0];
  if (guilty === undefined) return undefined;
  const name = names[guilty.peer] ?? '';
  const { took, sent } = guilty;
  const text = `${name} (hop ${distance[guilty.peer]}) received it with TTL ${took} and relayed it with TTL ${sent} instead of ${took - 1}`;
  return { name, text };
}

/** Why a message should not have come: `3 hops from n0, beyond its TTL of 2`. */
function beyondText({ message, distance }: Violation, story: Story): string {
  const from = nameOf(story, message.from);
  if (distance === -1) return `although there is no path from ${from}`;
  return `${distance} hops from ${from}, beyond its TTL of ${message.ttl}`;
}

/** Why it is not known what a peer did, as a relative clause. */
function noRecords(own: PeerEvidence | undefined): string {
  if (own?.isForgotten === true) return 'which no longer remembers what it did with it';
  return 'which does not record what it sent';
}

function itsOwnWord(own: PeerEvidence, silent: readonly number[], story: Story): string {
  if (!own.isRecorded) return '';
  const said = silent.filter(peer => own.sent.some(({ to }) => to.includes(peer)));
  if (said.length > 0) return `, although it reports that it sent it to ${listOf(story, said)}`;
  const dropped = own.dropped.find(({ to }) => silent.includes(to));
  if (dropped !== undefined) return `: it dropped it (${dropped.reason})`;
  return own.isExpired ? ': it treated its TTL as expired' : '';
}

/** `broadcast 3f2a9c1e of n0 (TTL 3)`. */
function messageText({ id, from, to, ttl }: SentMessage, story: Story): string {
  const kind = to === undefined ? 'broadcast' : 'direct message';
  const towards = to === undefined ? '' : ` to ${nameOf(story, to)}`;
  return `${kind} ${id.slice(0, 8)} of ${nameOf(story, from)}${towards}${ttl === undefined ? '' : ` (TTL ${ttl})`}`;
}

function timesText(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

function nameOf({ names }: Story, peer: number): string {
  return names[peer] ?? 'a stranger';
}

function listOf(story: Story, peers: readonly number[]): string {
  return peers.map(peer => nameOf(story, peer)).join(', ');
}
