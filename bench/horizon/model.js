/**
 * A model of one flood in virtual time, with every rule that was tried as a switch. What a peer does with a copy is the
 * protocol's own `decideFlood` and `isNeeded`; packages/protocol's hop-memory.ts is modelled by numbers.
 */
import {
  DELIVER,
  decideFlood,
  hopsOf,
  IGNORE,
  isNeeded,
  OWN_MESSAGE,
  RELAY,
} from '../../packages/protocol/dist/index.js';

/**
 * The rules, by name.
 * - `exactTtlMax`: 0 is a plain flood;
 * - `skips`: a better copy goes only to neighbours that may need it;
 * - `holds`: relays wait for a better copy: `learned` for twice the lateness and 5 ms, `fixed` for the longest time;
 * - `again`: only the second relay waits.
 */
export const POLICIES = {
  plain: { exactTtlMax: 0 },
  'relay again': { exactTtlMax: 65_534 },
  'skip only': { exactTtlMax: 65_534, skips: true },
  'hold only': { exactTtlMax: 65_534, holds: 'learned' },
  'hold the second': { exactTtlMax: 65_534, skips: true, holds: 'fixed', again: true },
  'fixed hold': { exactTtlMax: 65_534, skips: true, holds: 'fixed' },
  'skip and hold': { exactTtlMax: 65_534, skips: true, holds: 'learned' },
};

const MAX_HOLD_MS = 100;

/** What peers remember of an origin between floods. */
export function newMemory(count) {
  return Array.from({ length: count }, () => ({ hops: 0, latenessMs: 0 }));
}

/**
 * One flood. @param graph `graph[v]`: the neighbours of v @param delayMs of a frame from one peer to another
 * @returns frames, how many peers have the message, and the mean time until they had it
 */
export function flood(graph, origin, initialTtl, delayMs, policy, memory) {
  const peers = graph.map(() => ({ best: 0, firstAtMs: 0, held: undefined, shown: new Map() }));
  const lanes = new Map();
  const queue = new Queue();
  let frames = 0;
  const send = (from, except, ttl, nowMs, isAgain) => {
    for (const to of graph[from]) {
      if (to === except) continue;
      if (isAgain && policy.skips && !isNeeded(peers[from].shown.get(to) ?? 0, ttl)) continue;
      frames++;
      const lane = from * graph.length + to;
      // A link keeps its frames in order.
      const atMs = Math.max(nowMs + delayMs(from, to), lanes.get(lane) ?? 0);
      lanes.set(lane, atMs);
      queue.push({ atMs, to, from, ttl });
    }
  };
  peers[origin].best = OWN_MESSAGE;
  send(origin, -1, initialTtl, 0, false);
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
    const { atMs, to, from, ttl, due } = event;
    const peer = peers[to];
    const known = memory[to];
    if (due !== undefined) {
      if (peer.held !== due) continue;
      peer.held = undefined;
      known.hops = hopsOf(due.ttl, initialTtl);
      send(to, due.from, due.ttl - 1, atMs, due.isAgain);
      continue;
    }
    peer.shown.set(from, Math.max(ttl, peer.shown.get(from) ?? 0));
    const before = peer.best;
    const decision = decideFlood(before, ttl, initialTtl, policy.exactTtlMax);
    if (decision === IGNORE) continue;
    peer.best = ttl;
    const isFirst = (decision & DELIVER) !== 0;
    if (isFirst) peer.firstAtMs = atMs;
    const hops = hopsOf(ttl, initialTtl);
    const isWorse = known.hops > 0 && hops > known.hops;
    learn(known, hops, atMs - peer.firstAtMs, isFirst);
    if ((decision & RELAY) === 0) continue;
    const held = peer.held;
    const isAgain = held === undefined ? before > 1 : held.isAgain;
    const waitMs = policy.holds === 'learned' ? Math.min(MAX_HOLD_MS, 2 * known.latenessMs + 5) : MAX_HOLD_MS;
    const mayHold = policy.holds !== undefined && isWorse && (policy.again ? isAgain : isFirst || held !== undefined);
    peer.held = undefined;
    if (mayHold) {
      peer.held = { ttl, from, isAgain, atMs: held?.atMs ?? atMs + waitMs };
      queue.push({ atMs: peer.held.atMs, to, due: peer.held });
    } else send(to, from, ttl - 1, atMs, isAgain);
  }
  const reached = peers.filter(({ best }, peer) => best > 0 && peer !== origin);
  return { frames, reached: reached.length, meanMs: reached.reduce((sum, p) => sum + p.firstAtMs, 0) / reached.length };
}

function learn(known, hops, latenessMs, isFirst) {
  if (known.hops === 0 || (isFirst && hops < known.hops)) known.hops = hops;
  if (isFirst || latenessMs > MAX_HOLD_MS || hops > known.hops) return;
  known.hops = hops;
  known.latenessMs = Math.max(latenessMs, known.latenessMs * 0.75);
}

/** Events in the order of time. */
class Queue {
  #heap = [];

  push(event) {
    const heap = this.#heap;
    let at = heap.length;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (heap[parent].atMs <= event.atMs) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = event;
  }

  pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1].atMs < heap[child].atMs) child++;
      if (heap[child].atMs >= last.atMs) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
