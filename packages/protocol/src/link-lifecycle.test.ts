/** Whatever comes in whatever order, nothing that a peer knows of its links contradicts the rest. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type HostEvent, LonePeer, TIMER_OF } from '../test/lone-peer.ts';
import { dataFrame, helloFrame, idOf, rawFrame } from '../test/wire.ts';
import { BYE_CODE, type ByeReason, encodeBye } from './bye.ts';
import { encodePing, FRAME_TYPE } from './frame.ts';
import type { Link } from './link.ts';
import { DEFAULT_PEER_OPTIONS } from './options.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

/** One thing that happens, drawn from numbers: `link`, `node` and `pick` are taken modulo what there is. */
interface Step {
  readonly act: keyof typeof ACTS;
  readonly link: number;
  readonly node: number;
  readonly pick: number;
}

const REASONS = Object.keys(BYE_CODE) as ByeReason[];
const EVENTS: readonly HostEvent[] = ['linkUp', 'linkDown', 'linkRefused', 'linkClosed', 'message'];
/** Below and above the peer's own id. */
const NODES = [0x10, 0x90];

/** A HELLO that fits the link, from one of two starts of the node. */
function helloOn(link: Link, { node, pick }: Step): Uint8Array {
  const session = link.direction === 'out' && link.session !== undefined ? link.session : idOf(pick & 0xff);
  return helloFrame({ nodeId: idOf(NODES[node % NODES.length] ?? 0), instance: idOf(pick % 2), session });
}

const ACTS = {
  accept: (world: LonePeer) => world.attach('in'),
  dial: (world: LonePeer) => world.attach('out'),
  hello: (world: LonePeer, link: Link, step: Step) => world.peer.receive(link, helloOn(link, step), world.nowMs),
  helloAndData: (world: LonePeer, link: Link, step: Step) => {
    const whole = [...helloOn(link, step), ...dataFrame(step.pick % 256, 9)];
    world.peer.receive(link, Uint8Array.from(whole), world.nowMs);
  },
  data: (world: LonePeer, link: Link, { pick }: Step) =>
    world.peer.receive(link, dataFrame(pick % 256, 9), world.nowMs),
  part: (world: LonePeer, link: Link, { pick }: Step) =>
    world.peer.receive(link, dataFrame(1, 9).subarray(0, 1 + (pick % 20)), world.nowMs),
  ping: (world: LonePeer, link: Link) => world.peer.receive(link, encodePing('ping', idOf(1)), world.nowMs),
  pong: (world: LonePeer, link: Link) => {
    // The answer to the probe, where there is one.
    const token = link.newcomer?.session ?? idOf(0);
    world.peer.receive(link, encodePing('pong', token), world.nowMs);
  },
  bye: (world: LonePeer, link: Link, { pick }: Step) => {
    const reason = REASONS[pick % REASONS.length] ?? 'leaving';
    world.peer.receive(link, encodeBye(reason, idOf(0x10)), world.nowMs);
  },
  twinBye: (world: LonePeer, link: Link) => world.peer.receive(link, encodeBye('twin', idOf(0x10)), world.nowMs),
  unknown: (world: LonePeer, link: Link, { pick }: Step) =>
    world.peer.receive(link, rawFrame(pick % 256, [1, 2]), world.nowMs),
  tooLarge: (world: LonePeer, link: Link) =>
    world.peer.receive(link, Uint8Array.of(0x7f, 0xff, 0xff, 0xff, FRAME_TYPE.dm), world.nowMs),
  connectionEnds: (world: LonePeer, link: Link) => world.peer.connectionEnded(link, world.nowMs),
  hangup: (world: LonePeer, link: Link) => world.peer.hangup(link, world.nowMs),
  cut: (world: LonePeer, _link: Link, { node }: Step) => world.cut(idOf(NODES[node % NODES.length] ?? 0)),
  restore: (world: LonePeer, _link: Link, { node }: Step) => world.restore(idOf(NODES[node % NODES.length] ?? 0)),
  measure: (world: LonePeer, link: Link) => world.peer.ping(link, world.nowMs, () => undefined),
  broadcast: (world: LonePeer) => world.peer.broadcast(Uint8Array.of(1), {}, world.nowMs),
  stall: (world: LonePeer, _link: Link, { pick }: Step) => {
    world.queuedBytes = pick % 2 === 0 ? 0 : 2 * DEFAULT_PEER_OPTIONS.maxQueueBytes;
  },
  passShort: (world: LonePeer, _link: Link, { pick }: Step) => world.pass(pick % 1500),
  passLong: (world: LonePeer, _link: Link, { pick }: Step) => world.pass(pick % 20_000),
  leave: (world: LonePeer) => world.leave(),
  // The host calls the peer from within a call of the peer's.
  surprise: (world: LonePeer, link: Link, { pick }: Step) => {
    const acts = [
      () => world.leave(),
      () => world.peer.hangup(link, world.nowMs),
      () => world.peer.broadcast(Uint8Array.of(1), {}, world.nowMs),
      () => world.cut(link.peer ?? idOf(0x10)),
    ];
    const act = acts[pick % acts.length];
    const event = EVENTS[(pick >> 2) % EVENTS.length];
    if (act !== undefined && event !== undefined) world.surprise = { event, act };
  },
};

const WEIGHTS: Readonly<Partial<Record<keyof typeof ACTS, number>>> = {
  accept: 6,
  dial: 6,
  hello: 12,
  twinBye: 3,
  pong: 3,
  passShort: 3,
  passLong: 2,
  surprise: 4,
};

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.oneof(
    ...(Object.keys(ACTS) as Step['act'][]).map(act => ({ weight: WEIGHTS[act] ?? 1, arbitrary: fc.constant(act) })),
  ),
  link: fc.nat(1000),
  node: fc.nat(1000),
  pick: fc.nat(2 ** 16),
});

/** Does a step to one of the latest links; those that have ended take some, too. */
function take(world: LonePeer, { act, ...rest }: Step): void {
  const latest = world.links.slice(-5);
  const link = latest[rest.link % Math.max(1, latest.length)];
  if (link === undefined) ACTS.dial(world);
  else ACTS[act](world, link, { act, ...rest });
}

describe('any events in any order', () => {
  it('leave links, timers, neighbours and what the host was told in agreement, and every link ends', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), steps => {
        const world = new LonePeer();
        for (const one of steps) {
          take(world, one);
          world.check();
        }
        world.surprise = undefined;
        world.leave();
        world.check();
        world.pass(DEFAULT_PEER_OPTIONS.drainTimeoutMs);
        world.check();
        if (world.peer.links.size > 0) throw new Error('a link outlives the leaving of its peer');
        for (const phase of world.seen) seen.add(phase);
      }),
      { numRuns: 1000 },
    );
    // The events are such that every state comes up.
    expect([...seen].sort()).toEqual(Object.keys(TIMER_OF).sort());
  });
});

describe('a host that calls back', () => {
  /** A neighbour by an accepted link, whose twin this peer has dialled and which is the better one. */
  function twins(): { world: LonePeer; existing: Link; dialled: Link; greet: (link: Link) => void } {
    const world = new LonePeer();
    let greetings = 0;
    // Of one start of the peer: even picks. Each with a session of its own.
    const greet = (link: Link): void =>
      world.peer.receive(link, helloOn(link, { act: 'hello', link: 0, node: 1, pick: 2 * ++greetings }), world.nowMs);
    const existing = world.attach('in');
    greet(existing);
    return { world, existing, dialled: world.attach('out'), greet };
  }

  it('may leave when it is told that the older of two twins is down: the newer does not come up', () => {
    const { world, existing, dialled, greet } = twins();
    world.surprise = { event: 'linkDown', act: () => world.leave() };
    greet(dialled);
    world.check();
    expect([existing.phase, dialled.phase]).toEqual(['draining', 'draining']);
  });

  it('may leave when it is told that a newcomer was turned away', () => {
    const { world, existing, dialled, greet } = twins();
    const newcomer = world.attach('in');
    greet(newcomer);
    expect(existing.newcomer).toBe(newcomer);
    world.surprise = { event: 'linkRefused', act: () => world.leave() };
    greet(dialled);
    world.check();
    expect([existing.phase, newcomer.phase, dialled.phase]).toEqual(['draining', 'closed', 'draining']);
  });

  it.each([
    ['leaves', (world: LonePeer) => world.leave()],
    ['cuts its peer off', (world: LonePeer, link: Link) => world.cut(link.peer ?? idOf(0))],
  ])('and %s while a newcomer waits sees neither of the two up', (_title, act) => {
    const { world, existing, greet } = twins();
    const newcomer = world.attach('in');
    greet(newcomer);
    act(world, existing);
    world.check();
    expect(world.peer.neighbours).toEqual([]);
    expect(newcomer.isClosed).toBe(true);
    expect(world.told.get(newcomer)).toEqual(['linkRefused']);
  });

  it('may cut a neighbour while a bad chunk of its is relayed: nothing is sent on the closed connection', () => {
    const world = new LonePeer();
    const [feed, slow] = [world.attach('in'), world.attach('in')];
    for (const [node, link] of [feed, slow].entries()) {
      world.peer.receive(link, helloOn(link, { act: 'hello', link: 0, node, pick: 1 + node }), 0);
    }
    world.queuedBytes = 2 * DEFAULT_PEER_OPTIONS.maxQueueBytes;
    world.surprise = { event: 'linkDown', act: () => world.cut(feed.peer ?? idOf(0)) };
    world.peer.receive(feed, Uint8Array.from([...dataFrame(1, 9), 0x7f, 0xff, 0xff, 0xff]), 0);
    world.check();
    expect([slow.end, feed.end]).toEqual(['slow-reader', 'blocked']);
  });
});

describe('a link that comes up or ends', () => {
  function greeted(world: LonePeer): Link {
    const link = world.attach('in');
    world.peer.receive(link, helloOn(link, { act: 'hello', link: 0, node: 0, pick: 1 }), world.nowMs);
    return link;
  }

  it('is muted if its peer was muted before', () => {
    const world = new LonePeer();
    world.peer.mute(idOf(NODES[0] ?? 0), true);
    const link = greeted(world);
    world.peer.broadcast(Uint8Array.of(1), {}, 0);
    expect([link.framesOut, link.framesDropped]).toEqual([0, 1]);
  });

  it('ends the measuring of its round trip', () => {
    const world = new LonePeer();
    const link = greeted(world);
    const answers: (number | undefined)[] = [];
    world.peer.ping(link, 0, rttMs => answers.push(rttMs));
    expect(answers).toEqual([]);
    world.peer.connectionEnded(link, 0);
    expect(answers).toEqual([undefined]);
  });

  it.each<[string, (world: LonePeer, link: Link) => void]>([
    ['the BYE in answer', (world, link) => world.peer.receive(link, encodeBye('leaving', idOf(0x10)), world.nowMs)],
    ['the end of the connection', (world, link) => world.peer.connectionEnded(link, world.nowMs)],
    ['a bad frame', (world, link) => world.peer.receive(link, rawFrame(0x7f), world.nowMs)],
    ['the end of the drain', world => world.pass(DEFAULT_PEER_OPTIONS.drainTimeoutMs)],
  ])('keeps the reason of its BYE, whatever ends the drain: %s', (_title, endDrain) => {
    const world = new LonePeer();
    const link = greeted(world);
    world.peer.hangup(link, world.nowMs, 'hangup');
    endDrain(world, link);
    expect([link.phase, link.end]).toEqual(['closed', 'hangup']);
  });
});
