/** Networks that form behind one known address, and mend themselves, in virtual time. */
import { describe, expect, test } from 'vitest';
import { addressOf, ExchangeWorld, idOf, type WorldNode } from '../../test/exchange-world.ts';
import type { News } from './news.ts';

const RANGE = { min: 4, max: 8 };
const SEEDS = [1, 2];

/** So many nodes that know the first alone, a minute after their start. */
function grown(seed: number, count: number, range = RANGE): ExchangeWorld {
  const world = new ExchangeWorld(seed);
  world.add([], range);
  for (let i = 1; i < count; i++) world.add([0], range);
  world.clock.run(60_000);
  return world;
}

function told(node: WorldNode, from: string, news: Partial<News>): void {
  node.exchange.told(from, { isAsking: false, canSpare: false, isFull: false, nodes: [], ...news });
}

describe.each(SEEDS)('seed %d', seed => {
  test.each([
    [2, RANGE],
    [5, RANGE],
    [20, RANGE],
    ...(seed === 1 ? [[100, { min: 4, max: 16 }] as const] : []),
  ] as const)('%d nodes behind one address become one network, each with the links that it wants', (count, range) => {
    const world = grown(seed, count, range);
    expect(world.largestPart()).toBe(count);
    expect(Math.min(...world.degrees())).toBeGreaterThanOrEqual(Math.min(range.min, count - 1));
    expect(Math.max(...world.degrees())).toBeLessThanOrEqual(range.max);
  });

  test('the first node and a quarter of the others vanish at once: the rest is one network again', () => {
    const world = grown(seed, 40);
    for (const node of world.nodes.slice(0, 10)) world.kill(node);
    world.clock.run(60_000);
    expect(world.largestPart()).toBe(30);
    expect(Math.min(...world.degrees())).toBeGreaterThanOrEqual(RANGE.min);
  });

  test('two halves that were cut apart for ten minutes are one network again once they can be', () => {
    const world = grown(seed, 30);
    world.sideOf = index => index % 2;
    for (const node of world.nodes) {
      for (const other of world.nodes)
        if ((node.index + other.index) % 2 === 1) world.cut(node, other, 'connection-lost');
    }
    world.clock.run(600_000);
    expect(world.largestPart()).toBe(15);
    world.sideOf = () => 0;
    world.clock.run(600_000);
    expect(world.largestPart()).toBe(30);
  });

  test('it is quiet at rest: no dial but the look at the given address, no news', () => {
    const world = grown(seed, 20);
    const dials = world.nodes.map(node => node.dials.length);
    const news = world.nodes.map(node => node.told.length);
    world.clock.run(80_000);
    expect(world.nodes.map(node => node.dials.length)).toEqual(dials);
    expect(world.nodes.map(node => node.told.length)).toEqual(news);
  });
});

test('a node whose neighbours are all gone comes back by addresses that it had been told', () => {
  const world = grown(1, 30);
  const node = world.nodes[7];
  if (node === undefined) throw new Error('unreachable');
  const around = [...node.links.keys()];
  for (const index of new Set([0, ...around])) world.kill(world.nodes[index] as WorldNode);
  world.clock.run(120_000);
  expect(node.links.size).toBeGreaterThanOrEqual(RANGE.min);
});

test('only what a node has reached itself is told on', () => {
  const world = new ExchangeWorld(1);
  const [first, liar, third] = [
    world.add([], RANGE),
    world.add([0], { min: 1, max: 8 }),
    world.add([0], { min: 3, max: 8 }),
  ];
  world.clock.run(5000);
  const nodes = Array.from({ length: 32 }, (_, i) => ({ id: idOf(1000 + i), ...addressOf(1000 + i) }));
  told(first, liar.id, { nodes, isAsking: true });
  told(third, first.id, { nodes, isAsking: true });
  world.clock.run(60_000);
  const tellers = new Map([first, liar, third].map(node => [node.id, node]));
  for (const { told: all } of tellers.values()) {
    for (const { nodes: known } of all) for (const { id } of known) expect(tellers.has(id)).toBe(true);
  }
  expect(first.told.some(({ nodes: known }) => known.some(({ id }) => id === third.id))).toBe(true);
});

test('a neighbour that says it listens where it does not is told to nobody', () => {
  const world = new ExchangeWorld(1);
  const [first, hidden] = [world.add([], RANGE), world.add([0], RANGE)];
  world.clock.run(1000);
  world.cut(first, hidden, 'connection-lost');
  // Its dials go out, and none comes in.
  hidden.isReachable = false;
  world.clock.run(60_000);
  const before = first.told.length;
  told(first, hidden.id, { isAsking: true });
  world.clock.run(60_000);
  expect(first.links.has(hidden.index)).toBe(true);
  expect(first.told.length).toBeGreaterThan(before);
  expect(first.told.slice(before).flatMap(({ nodes }) => nodes)).toEqual([]);
});

test('a neighbour that tells of many addresses, again and again, has few of them dialled', () => {
  const world = new ExchangeWorld(1);
  const [node, liar] = [world.add([], RANGE), world.add([0], { min: 1, max: 8 })];
  world.clock.run(1000);
  const before = node.dials.length;
  for (let round = 0; round < 100; round++) {
    const nodes = Array.from({ length: 32 }, (_, i) => ({
      id: idOf(1000 + 32 * round + i),
      ...addressOf(1000 + 32 * round + i),
    }));
    told(node, liar.id, { nodes, isAsking: true });
    world.clock.run(100);
  }
  const perSecond = new Map<number, number>();
  for (const { atMs } of node.dials.slice(before)) {
    const second = Math.floor(atMs / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(8 + 5);
  expect(node.told.length).toBeLessThanOrEqual(10_000 / 250 + 10);
});

test('a node that looks for no links tells who asks, and dials only them', () => {
  const world = new ExchangeWorld(1);
  const plain = world.add([], undefined);
  for (let i = 1; i < 10; i++) world.add([0], RANGE);
  world.clock.run(60_000);
  expect(world.largestPart()).toBe(10);
  expect(Math.min(...world.degrees())).toBeGreaterThanOrEqual(RANGE.min);
  expect(plain.dials.length).toBeGreaterThan(0);
  const neighbors = new Set([...plain.links.keys()].map(index => addressOf(index).host));
  for (const { address } of plain.dials) expect(neighbors.has(address.host)).toBe(true);
});

test('a node that was hung up is not dialled again, at either end', () => {
  const world = grown(1, 3, { min: 2, max: 8 });
  const [first, second] = [world.nodes[1], world.nodes[2]];
  if (first === undefined || second === undefined) throw new Error('unreachable');
  first.exchange.avoid(second.id);
  world.cut(first, second, 'hangup');
  world.clock.run(3_600_000);
  expect(first.links.has(second.index)).toBe(false);
});

test('a node that was hung up is not dialled again at an address that was given either', () => {
  const world = new ExchangeWorld(1);
  const [first, node] = [world.add([], RANGE), world.add([0], RANGE)];
  node.exchange.avoid(first.id);
  world.clock.run(1000);
  expect([node.dials.length, node.links.size]).toEqual([1, 0]);
  world.clock.run(3_600_000);
  expect([node.dials.length, node.links.size]).toEqual([1, 0]);
});

test('a link that the user asked for is not shed', () => {
  const world = new ExchangeWorld(1);
  const first = world.add([], { min: 1, max: 2 });
  for (let i = 1; i < 8; i++) first.kept.add(world.add([0], RANGE).index);
  world.clock.run(60_000);
  expect(first.links.size).toBe(7);
  for (let i = 1; i < 7; i++) first.kept.delete(i);
  world.clock.run(400_000);
  expect(first.links.size).toBe(2);
  expect(first.links.has(7)).toBe(true);
});

describe('a node with more links than it wants', () => {
  /** The first node wants two links, and has five neighbours whom nobody else reaches. */
  function crowded(): { world: ExchangeWorld; first: WorldNode; around: WorldNode[] } {
    const world = new ExchangeWorld(1);
    const first = world.add([], { min: 1, max: 2 });
    const around = Array.from({ length: 5 }, () => world.add([0], { min: 1, max: 8 }));
    for (const node of around) node.isReachable = false;
    world.clock.run(5000);
    expect(first.links.size).toBe(5);
    return { world, first, around };
  }

  const known = (node: WorldNode): News['nodes'][number] => ({ id: node.id, ...node.address });

  test('keeps those that nothing else joins to it: the network stays in one piece', () => {
    const { world, first, around } = crowded();
    for (const { id } of around) told(first, id, { canSpare: true });
    world.clock.run(60_000);
    // Who loses its only link dials again.
    expect(around.map(({ dials }) => dials.length)).toEqual([1, 1, 1, 1, 1]);
  });

  test('keeps those that cannot spare the link, and ends one of two with a common neighbour that can', () => {
    const { world, first, around } = crowded();
    const [a, b] = around;
    if (a === undefined || b === undefined) throw new Error('unreachable');
    told(first, a.id, { nodes: [known(b)] });
    world.clock.run(10_000);
    expect(around.map(({ dials }) => dials.length)).toEqual([1, 1, 1, 1, 1]);
    told(first, a.id, { canSpare: true, nodes: [known(b)] });
    world.clock.run(10_000);
    expect(around.map(({ dials }) => dials.length > 1)).toEqual([true, false, false, false, false]);
  });
});

test('a node that has ended a link since it has too many is left alone for a minute', () => {
  const world = new ExchangeWorld(1);
  const [node, hub, full] = [
    world.add([], { min: 2, max: 8 }),
    world.add([0], { min: 1, max: 8 }),
    world.add([], undefined),
  ];
  world.clock.run(1000);
  told(node, hub.id, { nodes: [{ id: full.id, ...full.address }] });
  world.clock.run(1000);
  expect(node.links.has(full.index)).toBe(true);
  world.cut(full, node, 'too-many-links');
  const before = node.dials.length;
  world.clock.run(55_000);
  expect(node.dials.slice(before).filter(({ address }) => address.host === full.address.host)).toEqual([]);
});

test('its own address among the given ones is left out, and that nobody answers is told', () => {
  const world = new ExchangeWorld(1);
  const node = world.add([0, 5], RANGE);
  world.clock.run(600_000);
  const own = node.dials.filter(({ address }) => address.host === addressOf(0).host);
  expect(own.length).toBe(1);
  expect(node.failures).toContain('10.0.0.5:7000: ECONNREFUSED');
  // After each failure it waits twice as long, up to 30 s.
  expect(node.dials.length).toBeLessThan(40);
});
