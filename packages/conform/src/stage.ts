/**
 * Where clauses are tried: a throw-away lab of copies of the program, alone, in a line of three, in a ring of three, or where two
 * ways of different length lead to n3, and on to n5.
 */

import type { NeighbourInfo, Payload } from '@peerlab/contract';
import type { Driver, LabPlan, PlannedKind, RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { SettleReport } from '@peerlab/lab';
import { settle } from '@peerlab/lab';
import { pause } from '@peerlab/timers';
import { v4 } from 'uuid';
import { hold } from './clause-errors.ts';
import { eventsOf, PeerUnderTest } from './peer-under-test.ts';

/** How the peers of a stage are to be linked. */
export type StageName = 'alone' | 'line' | 'ring' | 'detour';

const LINKS: Readonly<Record<StageName, readonly (readonly [number, number])[]>> = {
  alone: [],
  line: [
    [0, 1],
    [1, 2],
  ],
  ring: [
    [0, 1],
    [1, 2],
    [2, 0],
  ],
  // n0-n4-n3 is the short way to n3, n0-n1-n2-n3 the long one.
  detour: [
    [0, 1],
    [1, 2],
    [2, 3],
    [0, 4],
    [4, 3],
    [3, 5],
  ],
};

const SIZE: Readonly<Record<StageName, number>> = { alone: 1, line: 3, ring: 3, detour: 6 };

/** How often what has no event is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** What stages are made of. */
export interface StageMaker {
  readonly driver: Driver;
  readonly kind: PlannedKind;
  readonly boundMs: number;
  readonly signal: AbortSignal;
}

/** See the module's header. */
export class Stage {
  readonly name: StageName;
  readonly kind: PlannedKind;
  readonly running: RunningLab;
  readonly peers: readonly PeerUnderTest[];
  readonly boundMs: number;

  private constructor(
    name: StageName,
    running: RunningLab,
    peers: readonly PeerUnderTest[],
    { kind, boundMs }: StageMaker,
  ) {
    this.name = name;
    this.running = running;
    this.peers = peers;
    this.kind = kind;
    this.boundMs = boundMs;
  }

  /** @throws {LabError} what the driver throws; `PEER_FAILED` for a peer that does not get ready */
  static async set(name: StageName, maker: StageMaker): Promise<Stage> {
    const { driver, signal, boundMs } = maker;
    const running = await driver.up(planFor(name, maker.kind), { signal, report: () => undefined });
    try {
      const peers: PeerUnderTest[] = [];
      for (const peer of running.peers) peers.push(new PeerUnderTest(await running.channel(peer.index), peer, boundMs));
      await Promise.all(peers.map(async ({ client }) => await client.ready({ isNew: true, timeoutMs: boundMs })));
      return new Stage(name, running, peers, maker);
    } catch (error) {
      await running.down();
      throw error;
    }
  }

  /** True while every peer runs. */
  get isWhole(): boolean {
    return this.peers.every(({ client }) => client.end === undefined);
  }

  /** The first peer, or the one at that place. */
  peer(index: number = 0): PeerUnderTest {
    const peer = this.peers[index];
    if (peer === undefined) throw new RangeError(`no peer ${index} on the stage ${this.name}`);
    return peer;
  }

  /** Makes the links of the stage; those that are there are left as they are. */
  async linked(): Promise<void> {
    for (const [a, b] of LINKS[this.name]) await this.connect(a, b);
    for (const [a, b] of LINKS[this.name]) await this.awaits(b, a, true);
    for (const peer of this.peers) peer.passed();
  }

  async connect(a: number, b: number): Promise<{ readonly peer: string; readonly session: string }> {
    const { address: host, port } = this.peer(b);
    return await this.peer(a).client.request({ command: 'connect', host, port });
  }

  /** The links that a peer tells. */
  async links(index: number): Promise<readonly NeighbourInfo[]> {
    return (await this.peer(index).client.request({ command: 'neighbours' })).links;
  }

  /** Waits until a peer has, or has not, a link to another. */
  async awaits(index: number, other: number, wanted: boolean, boundMs: number = this.boundMs): Promise<void> {
    const giveUpMs = performance.now() + boundMs;
    const { name } = this.peer(index);
    for (;;) {
      const has = (await this.links(index)).some(({ peer }) => peer === this.idOf(other));
      if (has === wanted) return;
      const what = wanted ? 'has no link to' : 'still has a link to';
      hold(performance.now() < giveUpMs, `${name} ${what} ${this.peer(other).name} after ${boundMs} ms`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Does what ends the link of two peers, and waits until both have lost it: another may be there already. */
  async ends(a: number, b: number, end: () => Promise<unknown>): Promise<void> {
    const session = (await this.links(a)).find(({ peer }) => peer === this.idOf(b))?.session;
    await end();
    const giveUpMs = performance.now() + this.boundMs;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      while ((await this.links(from)).some(link => link.session === session)) {
        const seen = `${this.peer(from).name} still has a link to ${this.peer(to).name} after ${this.boundMs} ms`;
        hold(performance.now() < giveUpMs, seen);
        await pause(LOOK_AGAIN_MS);
      }
    }
  }

  /** Watches that a peer gets no link to another for a while. */
  async staysApart(index: number, other: number, watchedMs: number): Promise<void> {
    const { name } = this.peer(index);
    const untilMs = performance.now() + watchedMs;
    while (performance.now() < untilMs) {
      const isBack = (await this.links(index)).some(({ peer }) => peer === this.idOf(other));
      hold(!isBack, `${name} has a link to ${this.peer(other).name} again`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  idOf(index: number): string {
    return this.peer(index).client.info.nodeId;
  }

  /** Waits until nothing is in flight. @throws {LabError} `NOT_SETTLED` */
  async rest(): Promise<SettleReport> {
    const clients = this.peers.map(({ client }) => client);
    return await settle(clients, { stalledMs: this.boundMs, timeoutMs: 2 * this.boundMs });
  }

  /** Broadcasts, waits for rest, and gives the message's id and its deliveries, by peer index. */
  async broadcast(from: number, payload: Payload, ttl?: number): Promise<Flood> {
    const { id } = await this.peer(from).client.request({
      command: 'broadcast',
      payload,
      ...(ttl === undefined ? {} : { ttl }),
    });
    return await this.told(id);
  }

  /** Waits until nothing is in flight, and gives the deliveries of a message. */
  async told(id: string): Promise<Flood> {
    await this.rest();
    return this.seen(id);
  }

  /** The deliveries of a message so far. */
  seen(id: string): Flood {
    const received = this.peers.map(peer =>
      eventsOf(peer.all).flatMap(event => (event.event === 'received' && event.id === id ? [event] : [])),
    );
    return { id, received };
  }

  async close(): Promise<void> {
    await this.running.down();
  }
}

/** A message and its `received` events, by the place of the peer. */
export interface Flood {
  readonly id: string;
  readonly received: readonly (readonly Received[])[];
}

type Received = Extract<ReturnType<typeof eventsOf>[number], { event: 'received' }>;

function planFor(stage: StageName, kind: PlannedKind): LabPlan {
  const name = `conform-${v4().slice(0, 8)}`;
  const peers = Array.from({ length: SIZE[stage] }, (_, index) => ({
    index,
    name: `n${index}`,
    nodeId: v4(),
    env: {},
    kind,
  }));
  return { name, hash: name, topology: '', peers, ephemeral: true };
}

/** True for what a peer that failed to start throws. */
export function isPeerFailure(error: unknown): error is LabError {
  return error instanceof LabError && (error.code === 'PEER_FAILED' || error.code === 'CONTRACT_BROKEN');
}
