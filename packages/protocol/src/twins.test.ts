/** Two links between the same two peers: which one stays, under every order of arrivals, and that nothing is lost. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Stranger, type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, dataFrame, framesIn, helloFrame, idOf } from '../test/wire.ts';
import { encodeBye } from './bye.ts';
import { FRAME_TYPE, TYPE_AT } from './frame.ts';
import { formatId } from './id.ts';
import type { Link } from './link.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

/** Something that may happen next. */
type Step = () => void;

/** The world of one run: what may happen, and what was sent while which links were up. */
interface Run {
  readonly world: TestWorld;
  readonly peers: readonly TestPeer[];
  /** Those that have had a link: they are never without one again. */
  readonly linked: Set<TestPeer>;
  readonly sent: { readonly id: string; readonly from: TestPeer; readonly to: TestPeer; readonly hadLink: boolean }[];
  choices(): Step[];
}

/** Peers 0 and 1, which dial each other `dials` times each, and broadcast `broadcasts` times each, at any moment. */
function crossDial(dials: readonly [number, number], broadcasts: number): Run {
  const world = new TestWorld({ isHeld: true });
  const [a, b] = [world.add(), world.add()];
  const sent: Run['sent'] = [];
  const actions: Step[][] = [
    Array.from({ length: dials[0] }, () => () => void world.dial(a, b)),
    Array.from({ length: dials[1] }, () => () => void world.dial(b, a)),
  ];
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    actions.push(
      Array.from({ length: broadcasts }, () => () => {
        const hadLink = from.peer.neighbours.length > 0;
        sent.push({ id: from.broadcast(), from, to, hadLink });
      }),
    );
  }
  const choices = (): Step[] => {
    const steps: Step[] = [];
    for (const pending of actions) {
      if (pending.length > 0) steps.push(() => pending.shift()?.());
    }
    for (const connection of world.connections) {
      for (const end of [connection.out, connection.in]) if (end.underWay > 0) steps.push(() => end.arriveNext());
    }
    return steps;
  };
  return { world, peers: [a, b], linked: new Set(), sent, choices };
}

/** What must hold when everything has arrived. */
function expectOneLink({ peers: [a, b], sent, world }: Run): void {
  if (a === undefined || b === undefined) throw new Error('two peers');
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    expect(one.peer.neighbours.map(link => link.peer && formatId(link.peer))).toEqual([other.id]);
    expect(one.peer.links.size).toBe(1);
  }
  expect(a.peer.neighbours[0]?.session).toEqual(b.peer.neighbours[0]?.session);
  expect(a.peer.neighbours[0]?.direction).not.toBe(b.peer.neighbours[0]?.direction);
  for (const { out, in: accepted } of world.connections) {
    expect(out.link?.framesOut).toBe(accepted.link?.framesIn);
    expect(accepted.link?.framesOut).toBe(out.link?.framesIn);
  }
  // Each message took one frame: a copy that came by one link is not sent back by the other.
  const frames = world.connections.reduce((n, c) => n + (c.out.link?.framesOut ?? 0) + (c.in.link?.framesOut ?? 0), 0);
  expect(frames).toBe(sent.filter(({ hadLink }) => hadLink).length);
  for (const { id, from, to, hadLink } of sent) {
    expect(to.count(id)).toBe(hadLink ? 1 : 0);
    expect(from.count(id)).toBe(0);
  }
}

/** After each step: at most one link is up, and no peer that had one is without. */
function oneUp({ peers, linked }: Run): void {
  for (const one of peers) {
    const { length } = one.peer.neighbours;
    // Not `expect`: this runs after each of a million steps.
    if (length > 1) throw new Error('two links to one neighbour are up');
    if (length === 0 && linked.has(one)) throw new Error('a neighbour that stays was lost for a moment');
    if (length > 0) linked.add(one);
  }
}

/** Every order, by replaying each prefix of choices from the start; stops with a failure past `limit` runs. */
function everyOrder(make: () => Run, limit: number): number {
  const path: number[] = [];
  let runs = 0;
  for (;;) {
    const widths: number[] = [];
    const run = make();
    for (let steps = run.choices(); steps.length > 0; steps = run.choices()) {
      const depth = widths.push(steps.length) - 1;
      steps[path[depth] ?? 0]?.();
      oneUp(run);
    }
    expectOneLink(run);
    if (++runs > limit) throw new Error(`more than ${limit} orders`);
    let depth = widths.length - 1;
    while (depth >= 0 && (path[depth] ?? 0) + 1 >= (widths[depth] ?? 0)) depth--;
    if (depth < 0) return runs;
    path[depth] = (path[depth] ?? 0) + 1;
    path.length = depth + 1;
  }
}

describe('two peers that dial each other at once', () => {
  it('keep one link, the same at both ends, under every order of arrivals', () => {
    expect(everyOrder(() => crossDial([1, 1], 0), 5000)).toBeGreaterThan(20);
  });

  it('lose no frame of broadcasts sent meanwhile, under random orders', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (picks, n) => {
        const run = crossDial([1, 1], n);
        let at = 0;
        for (let steps = run.choices(); steps.length > 0; steps = run.choices()) {
          steps[(picks[at++ % picks.length] ?? 0) % steps.length]?.();
          oneUp(run);
        }
        expectOneLink(run);
      }),
      { numRuns: 150 },
    );
  });

  it('keep one link however often each dials, under random orders', () => {
    const dials = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), dials, (picks, counts) => {
        const run = crossDial(counts, 2);
        let at = 0;
        for (let steps = run.choices(); steps.length > 0; steps = run.choices()) {
          steps[(picks[at++ % picks.length] ?? 0) % steps.length]?.();
          oneUp(run);
        }
        expectOneLink(run);
      }),
      { numRuns: 150 },
    );
  });

  it('keep the link that the smaller id dialled', () => {
    const world = new TestWorld({ maxDelayMs: 0 });
    const [small, large] = [world.add(), world.add()];
    world.dial(large, small);
    world.dial(small, large);
    world.clock.run(100);
    expect(small.peer.neighbours[0]?.direction).toBe('out');
    expect(large.peer.neighbours[0]?.direction).toBe('in');
  });
});

describe('a link that the other end has ended for its twin', () => {
  interface Ended {
    readonly world: TestWorld;
    readonly keeper: TestPeer;
    readonly neighbour: Stranger;
    /** A connection that waits for HELLO. */
    readonly other: Stranger;
  }

  function neighbourAnd(direction: 'in' | 'out'): Ended {
    const world = new TestWorld();
    const keeper = world.add();
    const neighbour = world.stranger(keeper);
    neighbour.send(helloFrame());
    world.clock.run(10);
    const other = world.stranger(keeper, direction);
    world.clock.run(10);
    return { world, keeper, neighbour, other };
  }

  /** A peer with a neighbour that says BYE `twin`, with a dial under way or not. */
  function ended(isDialling: boolean): Ended {
    const all = neighbourAnd('out');
    if (!isDialling) all.other.close();
    all.world.clock.run(10);
    all.neighbour.send(encodeBye('twin', idOf(0xaa)));
    all.world.clock.run(10);
    return all;
  }

  it('serves until the twin is here', () => {
    const { world, keeper, neighbour, other: dialled } = ended(true);
    keeper.broadcast();
    world.clock.run(10);
    expect(framesIn(neighbour.got).map(frame => frame[TYPE_AT])).toEqual([FRAME_TYPE.hello, FRAME_TYPE.broadcast]);
    dialled.send(helloFrame({ session: dialled.link.session ?? idOf(0) }));
    world.clock.run(10);
    expect(keeper.peer.neighbours).toEqual([dialled.link]);
    expect(byeTo(neighbour)).toBe('twin');
    expect(keeper.downs.map(({ link, reason }) => [link, reason])).toEqual([[neighbour.link, 'twin']]);
    expect(keeper.closed).toEqual([neighbour.link]);
  });

  it('is given up well before the other end stops reading, where the twin does not come', () => {
    const { world, keeper, neighbour } = ended(true);
    world.clock.run(keeper.peer.options.drainTimeoutMs / 2 - 11);
    expect(keeper.peer.neighbours).toEqual([neighbour.link]);
    world.clock.run(11);
    expect(keeper.peer.neighbours).toEqual([]);
    expect(byeTo(neighbour)).toBe('twin');
  });

  it('ends at once where no twin can be on its way', () => {
    const { keeper, neighbour } = ended(false);
    expect(keeper.peer.neighbours).toEqual([]);
    expect(byeTo(neighbour)).toBe('twin');
  });

  it('ends at once where only an accepted connection waits for HELLO', () => {
    const { world, keeper, neighbour } = neighbourAnd('in');
    neighbour.send(encodeBye('twin', idOf(0xaa)));
    world.clock.run(10);
    expect(keeper.peer.neighbours).toEqual([]);
    expect(byeTo(neighbour)).toBe('twin');
  });

  it('ends at once when its peer leaves', () => {
    const { world, keeper, neighbour } = ended(true);
    keeper.peer.leave(world.clock.nowMs);
    world.clock.run(10);
    expect(keeper.peer.neighbours).toEqual([]);
    expect(byeTo(neighbour)).toBe('leaving');
  });
});

describe('a second dial in the same direction', () => {
  it("is refused with 'twin', and the first link stays", () => {
    const world = new TestWorld({ maxDelayMs: 20 });
    const [a, b] = world.wire(2, [[0, 1]]);
    const first = a?.peer.neighbours[0];
    if (a === undefined || b === undefined) throw new Error('two peers');
    world.dial(a, b);
    world.clock.run(1000);
    expect(a.peer.neighbours).toEqual([first]);
    expect(first?.state).toBe('up');
    expect(a.refusals.map(({ reason, by }) => ({ reason, by }))).toEqual([{ reason: 'twin', by: b.id }]);
  });
});

describe('a new connection from a node id that is a neighbour', () => {
  function neighbours(): { world: TestWorld; keeper: TestPeer; first: Link } {
    const world = new TestWorld({ maxDelayMs: 5 });
    const [keeper, old] = [world.add(), world.add()];
    world.dial(old, keeper);
    world.clock.run(100);
    const first = keeper.peer.neighbours[0];
    if (first === undefined) throw new Error('no link');
    return { world, keeper, first };
  }

  it('is refused while the neighbour lives: the id is in use', () => {
    const { world, keeper, first } = neighbours();
    const impostor = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    world.dial(impostor, keeper);
    world.clock.run(5000);
    expect(impostor.refusals.map(({ reason }) => reason)).toEqual(['id-in-use']);
    expect(keeper.peer.neighbours).toEqual([first]);
    expect(keeper.downs).toEqual([]);
  });

  it('may not send messages before it is accepted', () => {
    const { world, keeper } = neighbours();
    if (world.connections[0] !== undefined) world.connections[0].out.isStalled = true;
    const impostor = world.stranger(keeper);
    impostor.send(helloFrame({ nodeId: world.peers[1]?.peer.nodeId ?? idOf(0) }));
    impostor.send(dataFrame(1, 9));
    world.clock.run(100);
    expect(byeTo(impostor)).toBe('hello-expected');
    expect(keeper.delivered).toEqual([]);
  });

  it('is refused as well when the keeper dialled it', () => {
    const { world, keeper, first } = neighbours();
    const impostor = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    world.dial(keeper, impostor);
    world.clock.run(5000);
    expect(keeper.refusals.map(({ reason }) => reason)).toEqual(['id-in-use']);
    expect(keeper.peer.neighbours).toEqual([first]);
    expect(impostor.peer.links.size).toBe(0);
  });

  it('is told apart from another of the same start while that one waits: twin, not id-in-use', () => {
    const { world, keeper, first } = neighbours();
    if (world.connections[0] !== undefined) world.connections[0].out.isStalled = true;
    const nodeId = world.peers[1]?.peer.nodeId ?? idOf(0);
    const [waits, same, other] = [1, 2, 3].map(session => {
      const stranger = world.stranger(keeper);
      stranger.send(helloFrame({ nodeId, session: idOf(session), instance: idOf(session === 3 ? 9 : 1) }));
      world.clock.run(10);
      return stranger;
    });
    if (waits === undefined || same === undefined || other === undefined) throw new Error('three strangers');
    expect([first.newcomer, byeTo(same), byeTo(other)]).toEqual([waits.link, 'twin', 'id-in-use']);
  });

  it('leaves the link as it was, once that has answered', () => {
    const { world, keeper, first } = neighbours();
    const impostor = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    world.dial(impostor, keeper);
    world.clock.run(100);
    expect(impostor.refusals.length).toBe(1);
    expect([...first.timers.keys()]).toEqual(['idle']);
  });

  it('replaces the link when the old one is dead, after the probe', () => {
    const { world, keeper, first } = neighbours();
    const pulled = world.connections[0];
    if (pulled !== undefined) {
      pulled.out.isCut = true;
      pulled.in.isCut = true;
    }
    const again = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    world.dial(again, keeper);
    world.clock.run(keeper.peer.options.probeTimeoutMs - 1);
    expect(keeper.peer.neighbours).toEqual([first]);
    world.clock.run(20);
    expect(keeper.peer.neighbours.map(({ session }) => session)).toEqual(again.peer.neighbours.map(l => l.session));
    expect(keeper.downs.map(({ link, reason }) => ({ link, reason }))).toEqual([{ link: first, reason: 'not-alive' }]);
  });

  it('comes in at once when the old connection is seen to end', () => {
    const { world, keeper } = neighbours();
    const again = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    if (world.connections[0] !== undefined) world.connections[0].out.isStalled = true;
    world.dial(again, keeper);
    world.clock.run(50);
    world.connections[0]?.out.close('abort');
    world.connections[0]?.out.resume();
    world.clock.run(50);
    expect(keeper.peer.neighbours.map(({ session }) => session)).toEqual(again.peer.neighbours.map(l => l.session));
  });

  it('leaves the neighbour its ordinary time to answer once the newcomer has gone', () => {
    const { world, keeper, first } = neighbours();
    if (world.connections[0] !== undefined) world.connections[0].out.isStalled = true;
    const impostor = world.add({}, { nodeId: world.peers[1]?.peer.nodeId ?? keeper.peer.nodeId });
    world.dial(impostor, keeper);
    world.clock.run(100);
    world.connections[1]?.out.close('abort');
    world.clock.run(keeper.peer.options.probeTimeoutMs + 100);
    expect(first.state).toBe('up');
    world.connections[0]?.out.resume();
    world.clock.run(keeper.peer.options.pongTimeoutMs);
    expect(first.state).toBe('up');
  });
});
