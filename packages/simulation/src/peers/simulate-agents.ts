/**
 * One flood through whole agents: every byte of the protocol, and the lab's contract, in virtual time. The same input
 * and the same result as simulate-flood.ts, at about a thousandth of its size; a test holds the two against each other.
 */

import { parsePeerLine } from '@peerlab/contract';
import { linksOf, Random } from '@peerlab/graph';
import { formatId, hopsOf, TTL_AT } from '@peerlab/protocol';
import { checkFlood, type FloodInput } from '../flood/flood-input.ts';
import { CoverClock, type FloodResult } from '../flood/flood-result.ts';
import { TraceHash } from '../trace-hash.ts';
import type { AgentPeer, CreateAgent } from './agent-peer.ts';
import { isDataFrame } from './frames.ts';
import { World } from './world.ts';

const PORT = 7946;
const LAB = 'simulation';
/** Longer than any flood, in milliseconds: what peers do on their own timers stays out of the result. */
const NEVER_MS = 1e12;

/** What a caller may look at. */
export interface AgentsControl {
  /** Called before every event of the flood. */
  readonly onStep?: ((world: World, peers: readonly AgentPeer[]) => void) | undefined;
  /** Some of the peers may be made otherwise. */
  readonly createAgent?: CreateAgent | undefined;
}

/**
 * Simulates one flood through whole agents.
 * @throws {SimulationError} `BAD_SETTING`, before anything runs
 */
export function simulateAgents(input: FloodInput, control: AgentsControl = {}): FloodResult {
  const flood = checkFlood(input);
  const { graph, origin, destination, ttl, seed } = flood;
  const hash = new TraceHash();
  const seen = new Reception(graph.peerCount);
  let startUs = Number.POSITIVE_INFINITY;
  const world = new World({
    seed,
    lab: LAB,
    links: flood.links,
    onFrame: (atUs, from, to, frame) => {
      if (!isDataFrame(frame)) return;
      const ttlThere = ((frame[TTL_AT] ?? 0) << 8) | (frame[TTL_AT + 1] ?? 0);
      hash.frame(atUs - startUs, from, to, ttlThere);
      // Only the destination delivers a direct message: its frames show the path.
      if (destination !== undefined && to !== origin) seen.take(to, hopsOf(ttlThere, ttl), atUs - startUs);
    },
  });
  for (const { a, b, settings } of flood.linkOverrides) world.setLink(a, b, settings);
  const ids = new Random(seed ^ 0x1d5);
  const nodeIds = Array.from({ length: graph.peerCount }, () => formatId(ids.bytes16()));
  const options = {
    exactTtlMax: flood.exactTtlMax,
    maxLinks: graph.peerCount,
    pingIntervalMs: NEVER_MS,
    handshakeTimeoutMs: NEVER_MS,
    seenMaxAgeMs: NEVER_MS,
  };
  const peers = nodeIds.map((nodeId, index) =>
    world.addPeer({ index, nodeId, host: `p${index}`, port: PORT, options, createAgent: control.createAgent }),
  );
  connect(world, peers, linksOf(graph));

  let surfaced = 0;
  startUs = world.nowUs;
  peers.forEach((peer, index) => {
    peer.onLine = line => {
      const parsed = parsePeerLine(line);
      if (parsed.type !== 'event' || parsed.event.event !== 'received') return;
      surfaced++;
      seen.take(index, parsed.event.hops, world.nowUs - startUs);
    };
  });
  const payload = 'x'.repeat(flood.payloadBytes);
  const to = destination === undefined ? undefined : nodeIds[destination];
  const request = to === undefined ? { command: 'broadcast', payload, ttl } : { command: 'dm', to, payload, ttl };
  peers[origin]?.command(JSON.stringify({ seq: '1', ...request }));
  let lastUs = startUs;
  while (!world.isQuiet) {
    control.onStep?.(world, peers);
    world.step();
    lastUs = world.nowUs;
  }
  control.onStep?.(world, peers);
  const sum = (count: (peer: AgentPeer) => number): number => peers.reduce((total, peer) => total + count(peer), 0);
  // A peer counts a frame that the network loses as dropped; here it was sent.
  const frames =
    world.framesLost + sum(({ agent }) => agent.peer.neighbours.reduce((total, link) => total + link.framesOut, 0));
  return {
    peers: graph.peerCount,
    links: graph.linkCount,
    seed,
    origin,
    ttl,
    covered: 1 + seen.count,
    delivered: surfaced,
    coveredByHop: seen.byHop,
    frames,
    lost: world.framesLost,
    duplicates: sum(({ agent }) => agent.peer.totals.duplicate),
    relayed: sum(({ agent }) => agent.peer.totals.relayed),
    expired: sum(({ agent }) => agent.peer.totals.expired),
    coverTimeMs: seen.clock.times,
    endMs: (lastUs - startUs) / 1000,
    traceHash: hash.digest,
    inFlight: world.framesInFlight,
    isPartial: false,
  };
}

/**
 * Connects peers link after link, each to its end, so that every peer has its links in ascending order of neighbours,
 * as the rows of a Graph have them.
 * @throws Error when a link does not come up: a defect
 */
export function connect(world: World, peers: readonly AgentPeer[], links: Iterable<readonly [number, number]>): void {
  for (const [a, b] of links) {
    const dialler = peers[a];
    dialler?.command(JSON.stringify({ seq: `${a}-${b}`, command: 'connect', host: `p${b}`, port: PORT }));
    world.runUntilQuiet();
  }
}

/** The receivers, by hop and time. */
class Reception {
  readonly clock: CoverClock;
  readonly byHop: number[] = [1];
  count = 0;
  readonly #has: Uint8Array;

  constructor(peers: number) {
    this.#has = new Uint8Array(peers);
    this.clock = new CoverClock(peers);
    if (this.clock.nextCount <= 1) this.clock.reached(1, 0);
  }

  take(peer: number, hops: number, atUs: number): void {
    if (this.#has[peer] === 1) return;
    this.#has[peer] = 1;
    this.count++;
    while (this.byHop.length <= hops) this.byHop.push(0);
    this.byHop[hops] = (this.byHop[hops] ?? 0) + 1;
    if (1 + this.count >= this.clock.nextCount) this.clock.reached(1 + this.count, atUs);
  }
}
