/** The model: what it makes of a trace, at any moment, forwards and back. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { generateGraph } from '@peerlab/graph';
import { bringUp, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { readTrace } from '@peerlab/trace';
import { describe, expect, it } from 'vitest';
import { LabHistory } from './history.ts';
import { layoutOf } from './layout.ts';
import { settingsSeenFrom } from './link-words.ts';
import { flightOf, framesAt, isUpAt, litAt, type Stop, securityAt, spanOf, stepFrom, stepIn } from './moment.ts';
import { propagationTree } from './propagation-tree.ts';
import { spaceTime } from './space-time.ts';
import { HOP_MS } from './timeline.ts';

const RING = `name: ring-six
topology: { generator: ring, peers: 6 }
`;

/** A simulated ring of six: a broadcast without limit, one with TTL 2, n3 killed, a broadcast, n3 started, a DM to n3. */
async function ringOfSix(): Promise<LabHistory> {
  const driver = createSimulationDriver();
  const { lab } = await bringUp(parseTopology(RING, { file: 'ring-six.yaml' }), driver, {
    ephemeral: true,
    checks: ['links'],
  });
  await using _ = lab;
  let text = '';
  const recording = await recordLab(lab, line => (text += `${line}\n`));
  await lab.broadcast('n0', 'to all');
  await lab.broadcast('n0', 'to some', { ttl: 2 });
  await lab.kill('n3');
  recording.look();
  await lab.broadcast('n0', 'to who is there');
  await lab.start('n3');
  recording.look();
  await recording.traced();
  await lab.dm('n0', 'n3', 'to you');
  await recording.end();
  const { header, events } = readTrace(text);
  const history = new LabHistory(header);
  for (const event of events) history.take(event);
  return history;
}

const history = await ringOfSix();

describe('the model', () => {
  const [flood, limited, broken, direct] = history.messages;
  if (flood === undefined || limited === undefined || broken === undefined || direct === undefined) {
    throw new Error('the fixture has four messages');
  }

  it('tells a flood as the graph predicts it', () => {
    expect([flood.receptions.size, flood.frameCount, flood.predictedFrames, flood.duplicates]).toEqual([5, 7, 7, 2]);
    expect(flood.expected).toEqual([1, 2, 3, 4, 5]);
    expect([...flood.receptions.values()].map(({ peer, hops }) => [peer, hops]).sort()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 2],
      [5, 1],
    ]);
  });

  it('knows the horizon of a TTL, and what is left of it', () => {
    expect([limited.ttl, limited.expected, limited.receptions.size]).toEqual([2, [1, 2, 4, 5], 4]);
    expect([1, 2].map(peer => limited.receptions.get(peer)?.ttlLeft)).toEqual([1, 0]);
    expect([...limited.expired].sort()).toEqual([2, 4]);
  });

  it('predicts on the graph as it was when the message was sent', () => {
    expect(broken.expected).toEqual([1, 2, 4, 5]);
    expect([broken.receptions.size, broken.frameCount, broken.predictedFrames]).toEqual([4, 4, 4]);
    expect([direct.kind, direct.target, direct.receptions.size]).toEqual(['dm', 3, 1]);
  });

  it('shows every hop for the same time, and one message after the other', () => {
    const [startMs, endMs] = spanOf(flood, 'hops');
    const lit = (hops: number): number[] =>
      litAt(flood, 'hops', startMs + hops * HOP_MS)
        .map(({ peer }) => peer)
        .sort();
    expect([lit(0.9), lit(1), lit(2), lit(3)]).toEqual([[], [1, 5], [1, 2, 4, 5], [1, 2, 3, 4, 5]]);
    expect(spanOf(limited, 'hops')[0]).toBeGreaterThanOrEqual(endMs);
  });

  it('is the same however one came to a moment: stepping forth and back', () => {
    const [startMs, endMs] = spanOf(flood, 'hops');
    const forth = [startMs];
    while ((forth.at(-1) ?? endMs) < endMs) forth.push(stepFrom(flood, 'hops', forth.at(-1) ?? 0, 1));
    const back = [endMs];
    while ((back.at(-1) ?? startMs) > startMs) back.push(stepFrom(flood, 'hops', back.at(-1) ?? 0, -1));
    expect(back.reverse()).toEqual(forth);
    const frames = forth.map(ms => framesAt(flood, 'hops', ms + 1).length);
    expect(frames.slice(0, 3)).toEqual([2, 2, 2]);
  });

  it('steps from before the first message through all of them, and back the same way', () => {
    for (const clock of ['hops', 'time'] as const) {
      const forth: Stop[] = [];
      const from = (stop: Stop | undefined) => ({ message: stop?.message, clock, ms: stop?.ms ?? -1 });
      for (let next = stepIn(history, from(undefined), 1); next !== undefined; next = stepIn(history, from(next), 1)) {
        forth.push(next);
      }
      expect(forth[0]).toEqual({ message: flood, ms: spanOf(flood, clock)[0] });
      expect([...new Set(forth.map(({ message }) => message))]).toEqual([flood, limited, broken, direct]);
      const back = [forth.at(-1)];
      for (let next = stepIn(history, from(back[0]), -1); next !== undefined; next = stepIn(history, from(next), -1)) {
        back.unshift(next);
      }
      // A moment at which one message ends and the next begins is one stop on the way back.
      const times = (stops: readonly (Stop | undefined)[]): number[] => [...new Set(stops.map(stop => stop?.ms ?? -1))];
      expect(times(back)).toEqual(times(forth));
      expect(back[0]?.message).toBe(flood);
    }
  });

  it('shows a duplicate that fades, and forgets it', () => {
    const [startMs, endMs] = spanOf(flood, 'hops');
    const after = framesAt(flood, 'hops', endMs + 0.2 * HOP_MS);
    expect(after.map(({ frame }) => frame.fate)).toEqual(['duplicate']);
    expect(after.every(({ strength }) => strength > 0 && strength < 1)).toBe(true);
    expect(framesAt(flood, 'hops', endMs + 2 * HOP_MS)).toEqual([]);
    expect(framesAt(flood, 'hops', startMs - 1)).toEqual([]);
  });

  it('has links go with a killed peer, and come back', () => {
    const link = history.links.find(({ a, b }) => Math.min(a, b) === 2 && Math.max(a, b) === 3);
    if (link === undefined) throw new Error('there is a link 2-3');
    const isUp = (ms: number): boolean => isUpAt(link, 'hops', ms);
    expect([isUp(flood.start.shownMs), isUp(broken.start.shownMs), isUp(direct.start.shownMs)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('keeps a peer in its log, and counts it at any moment', () => {
    const [n1] = history.peers.slice(1);
    expect(n1?.counts.received.until('hops', flood.start.shownMs + HOP_MS)).toBe(1);
    expect(n1?.counts.received.total).toBe(3);
    expect(n1?.log.some(({ event }) => event.event === 'received')).toBe(true);
  });

  it('draws the way that a message took', () => {
    const tree = propagationTree(flood);
    expect([tree.nodes.length, tree.branches.length, tree.depth, tree.missed]).toEqual([6, 5, 3, []]);
    expect(propagationTree(direct).nodes.some(({ peer, hops }) => peer === 3 && hops === 3)).toBe(true);
  });
});

describe('the space-time diagram', () => {
  const [flood] = history.messages;
  if (flood === undefined) throw new Error('the fixture has four messages');

  it('has a line for each peer by distance, and an arrow for each frame', () => {
    const { rows, arrows, left } = spaceTime(flood, 'hops');
    expect(rows.map(({ peer }) => peer)).toEqual([0, 1, 5, 2, 4, 3]);
    expect([arrows.length, left]).toEqual([7, 0]);
    expect(arrows.every(({ sentMs, arrivedMs }) => arrivedMs - sentMs === HOP_MS)).toBe(true);
  });

  it('stands in the order of the ring, the origin in the middle', () => {
    expect(spaceTime(flood, 'hops', true).rows.map(({ peer }) => peer)).toEqual([3, 4, 5, 0, 1, 2]);
  });

  it('never has an effect before its cause on the clock of the lab', () => {
    const { rows, arrows } = spaceTime(flood, 'time');
    for (const { sentMs, arrivedMs } of arrows) expect(arrivedMs).toBeGreaterThanOrEqual(sentMs);
    const at = rows.map(({ atMs }) => atMs ?? Number.NaN);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });
});

it('shows the slow link of lesson 3 as slow, and what it caused after it', async () => {
  const file = fileURLToPath(new URL('../../../../topologies/lessons/3-first-copy.yaml', import.meta.url));
  const topology = parseTopology(readFileSync(file, 'utf8'), { file });
  const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
  await using _ = lab;
  let trace = '';
  const recording = await recordLab(lab, line => (trace += `${line}\n`));
  await lab.broadcast('a', 'over two ways', { ttl: 3 });
  await recording.end();
  const { header, events } = readTrace(trace);
  const history = new LabHistory(header);
  for (const event of events) history.take(event);
  const [message] = history.messages;
  const slow = message?.frames.find(({ from, to }) => from === 0 && to === 3);
  if (message === undefined || slow === undefined) throw new Error('a sends to d');
  expect(slow.fate).toBe('better');
  expect(flightOf(message, slow, 'hops')).toEqual([0, 4 * HOP_MS]);
  const lit = ['b', 'c', 'd', 'e', 'f'].map(name => message.receptions.get(history.placeOf(name)));
  expect(lit.map(reception => [reception?.hops, (reception?.shownMs ?? 0) / HOP_MS])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [2, 5],
    [3, 6],
  ]);
});

describe('the layout', () => {
  it.each([
    ['line', { peers: 5 }, 'line'],
    ['ring', { peers: 20 }, 'ring'],
    ['star', { peers: 20 }, 'star'],
    ['full', { peers: 6 }, 'full'],
    ['grid', { rows: 5, columns: 5 }, 'grid'],
    ['torus', { rows: 4, columns: 6 }, 'torus'],
    ['tree', { arity: 3, depth: 4 }, 'tree'],
    ['hypercube', { dimensions: 5 }, 'hypercube'],
    ['random-regular', { peers: 20, degree: 3 }, 'other'],
  ])('knows a %s', (generator, values, shape) => {
    const graph = generateGraph({ generator, values: values as Record<string, number> }, 1);
    const layout = layoutOf(graph);
    expect(layout.shape).toBe(shape);
    const places = new Set(layout.points.map(({ x, y }) => `${x.toFixed(4)} ${y.toFixed(4)}`));
    expect(places.size).toBe(graph.peerCount);
  });
});

describe('what the topology says beside names and links', () => {
  it('is known: labels, and the settings of a link as seen from either end', async () => {
    const text = `name: said
peers: { a: { label: New York }, b: , c: }
links: [[b, c], { between: [b, a], latencyMs: { there: 5, back: 20 }, lossRatio: 0.01 }]
defaults: { links: { jitterMs: 1 } }`;
    const { lab } = await bringUp(parseTopology(text, { file: 'said.yaml' }), createSimulationDriver(), {
      ephemeral: true,
      checks: [],
    });
    await using _ = lab;
    let trace = '';
    const recording = await recordLab(lab, line => (trace += `${line}\n`));
    await recording.end();
    const history = new LabHistory(readTrace(trace).header);
    expect(history.peers.map(({ label }) => label)).toEqual(['New York', undefined, undefined]);
    const words = history.links.map(link => [settingsSeenFrom(link, link.a), settingsSeenFrom(link, link.b)]);
    expect(words).toEqual([
      ['jitter 1 ms', 'jitter 1 ms'],
      [
        'there 5 ms, jitter 1 ms, 1 % lost; back 20 ms, jitter 1 ms, 1 % lost',
        'there 20 ms, jitter 1 ms, 1 % lost; back 5 ms, jitter 1 ms, 1 % lost',
      ],
    ]);
  });
});

describe('how links are protected', () => {
  it('is known at any moment, by the weaker word of their ends; of a link that is down, nothing', async () => {
    const driver = createSimulationDriver();
    const text = `security: sealed
kinds: { old: { env: { A: b }, security: open } }
peers: { a: , b: , c: { kind: old }, d: { kind: old } }
links: [[a, b], [c, d]]`;
    const { lab } = await bringUp(parseTopology(text, { file: 'mix.yaml' }), driver, { ephemeral: true, checks: [] });
    await using _ = lab;
    let lines = '';
    const recording = await recordLab(lab, line => (lines += `${line}\n`));
    await lab.kill('a');
    await lab.start('a');
    recording.look();
    await recording.end();
    const { header, events } = readTrace(lines);
    const known = new LabHistory(header);
    const at = (ms: number): unknown[] => known.links.map(link => securityAt(link, 'time', ms));
    expect(at(0)).toEqual(['sealed', 'open']);
    for (const event of events) known.take(event);
    expect(at(known.end.atMs)).toEqual(['sealed', 'open']);
    const [killed] = known.links[0]?.ups.filter(({ value }) => !value) ?? [];
    expect(at(killed?.atMs ?? 0)).toEqual([undefined, 'open']);
    // An end that says less counts.
    known.take({
      ...{ event: 'link-up', by: 'a', session: '5e551011-0000-4000-8000-000000000001' },
      ...{ peer: known.peers[1]?.nodeId ?? '', direction: 'out', address: 'x', security: 'signed' },
      atMs: known.end.atMs + 1,
    });
    expect(at(known.end.atMs)).toEqual(['signed', 'open']);
  });
});
