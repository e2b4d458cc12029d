/** Faults and networks that the lab asks a peer to play on its links. */
import type { LinkShape } from '@peerlab/conditions';
import { type Results, resultSchemas } from '@peerlab/contract';
import { describe, expect, it } from 'vitest';
import { AgentWorld, type TestAgent } from '../test/agent-world.ts';

const NOBODY = '99999999-0000-0000-0000-000000000000';

/** Agents in a line, each linked to the next by a dial of its own. */
function line(count: number, seed = 1, maxDelayMs = 0): { world: AgentWorld; agents: TestAgent[] } {
  const world = new AgentWorld(seed, maxDelayMs);
  const agents = Array.from({ length: count }, (_, n) => world.add(n + 1));
  for (const [n, agent] of agents.entries()) {
    const next = agents[n + 1];
    if (next !== undefined) agent.answer({ command: 'connect', ...next.address }, 1000);
  }
  return { world, agents };
}

function pair(seed?: number, maxDelayMs?: number): { world: AgentWorld; a: TestAgent; b: TestAgent } {
  const { world, agents } = line(2, seed, maxDelayMs);
  const [a, b] = agents;
  if (a === undefined || b === undefined) throw new Error('no pair');
  return { world, a, b };
}

function shape(agent: TestAgent, peer: TestAgent | string, settings: LinkShape | null): unknown {
  const id = typeof peer === 'string' ? peer : peer.id;
  return agent.answer({ command: 'shape', links: [{ peer: id, settings }] });
}

function neighbours(agent: TestAgent): string[] {
  return resultSchemas.neighbours.parse(agent.answer({ command: 'neighbours' })).links.map(({ peer }) => peer);
}

function counters(agent: TestAgent): Results['counters'] {
  return resultSchemas.counters.parse(agent.answer({ command: 'counters' }));
}

describe('shape', () => {
  it('answers with all that is set, and forgets what is taken back', () => {
    const { a, b } = pair();
    expect(a.answer({ command: 'shape' })).toEqual({ links: [] });
    expect(shape(a, b, { mute: true })).toEqual({ links: [{ peer: b.id, settings: { mute: true } }] });
    shape(a, NOBODY, { down: true });
    expect(a.answer({ command: 'shape' })).toEqual({
      links: [
        { peer: b.id, settings: { mute: true } },
        { peer: NOBODY, settings: { down: true } },
      ],
    });
    shape(a, b, null);
    expect(shape(a, NOBODY, null)).toEqual({ links: [] });
  });

  it('of a network that the host cannot play is refused, with nothing changed', () => {
    const { a, b } = pair();
    const links = [
      { peer: b.id, settings: { down: true } },
      { peer: NOBODY, settings: { latencyMs: 5 } },
    ];
    expect(a.answer({ command: 'shape', links })).toBe('not-supported');
    expect(a.answer({ command: 'shape' })).toEqual({ links: [] });
    expect(neighbours(a)).toEqual([b.id]);
  });

  it.each([
    { latencyMs: -1 },
    { latencyMs: { uniform: { min: 5, max: 4 } } },
    { latencyMs: { logNormal: { median: 0, sigma: 1 } } },
    { lossRatio: 1.01 },
    { bandwidthKbps: 0 },
    { colour: 'red' },
  ])('refuses %j', settings => {
    const { a, b } = pair();
    expect(shape(a, b, settings as LinkShape)).toBe('bad-command');
  });
});

describe('a link that is cut', () => {
  it.each([0, 1])('is gone at once at both ends, and stays away; end %i alone suffices', end => {
    const { world, a, b } = pair(1, 30);
    const [who, whom] = end === 0 ? [a, b] : [b, a];
    shape(who, whom, { down: true });
    world.clock.run(60);
    expect([neighbours(a), neighbours(b)]).toEqual([[], []]);
    expect(who.events('link-down')).toMatchObject([{ peer: whom.id, reason: 'blocked' }]);
    world.clock.run(120_000);
    expect([neighbours(a), neighbours(b)]).toEqual([[], []]);
    expect([a, b].flatMap(agent => agent.events('link-up')).length).toBe(2);
  });

  it('comes back by itself, at once, when the cut is taken back at both ends', () => {
    const { world, a, b } = pair();
    shape(a, b, { down: true });
    shape(b, a, { down: true });
    world.clock.run(600_000);
    expect(a.answer({ command: 'connect', ...b.address }, 100)).toBe('connect-failed');
    shape(b, a, null);
    shape(a, b, null);
    world.clock.run(1);
    expect([neighbours(a), neighbours(b)]).toEqual([[b.id], [a.id]]);
  });

  it('comes back within the longest pause, whoever is restored first', () => {
    const { world, a, b } = pair();
    for (const [one, other] of [[a, b] as const, [b, a] as const]) shape(one, other, { down: true });
    world.clock.run(600_000);
    shape(a, b, null);
    world.clock.run(100);
    expect(neighbours(a)).toEqual([]);
    shape(b, a, null);
    world.clock.run(5100);
    expect(neighbours(a)).toEqual([b.id]);
  });

  it('leaves the other links alone', () => {
    const { world, agents } = line(3);
    const [a, b, c] = agents;
    if (a === undefined || b === undefined || c === undefined) throw new Error('no line');
    shape(b, a, { down: true });
    world.clock.run(10_000);
    expect([neighbours(b), neighbours(c)]).toEqual([[c.id], [b.id]]);
    a.answer({ command: 'broadcast', payload: 'lost' });
    c.answer({ command: 'broadcast', payload: 'kept' }, 10);
    expect(b.events('received').map(({ payload }) => payload)).toEqual(['kept']);
  });
});

describe('a link that is muted', () => {
  it('carries nothing from here, everything from there, and tells of what it drops', () => {
    const { world, a, b } = pair();
    shape(a, b, { mute: true });
    a.answer({ command: 'trace', on: true });
    const { id } = resultSchemas.broadcast.parse(a.answer({ command: 'broadcast', payload: 'lost' }));
    b.answer({ command: 'broadcast', payload: 'kept' });
    world.clock.run(100_000);
    expect([a.events('received').length, b.events('received').length]).toEqual([1, 0]);
    expect(a.events('dropped')).toEqual([{ event: 'dropped', id, to: b.id, reason: 'muted' }]);
    expect(counters(a)).toMatchObject({ sessions: [{ framesOut: 0, framesIn: 1 }], totals: { dropped: 1 } });
    expect(counters(b)).toMatchObject({ sessions: [{ framesOut: 1, framesIn: 0 }] });
    expect(neighbours(a)).toEqual([b.id]);
  });

  it('stays muted when it comes back, until that is taken back', () => {
    const { world, a, b } = pair();
    shape(b, a, { mute: true });
    shape(a, b, { down: true });
    shape(a, b, null);
    world.clock.run(5000);
    b.answer({ command: 'broadcast', payload: 'lost' }, 10);
    shape(b, a, null);
    b.answer({ command: 'broadcast', payload: 'kept' }, 10);
    expect(a.events('received').map(({ payload }) => payload)).toEqual(['kept']);
  });
});

describe('ping', () => {
  it('measures the way there and back', () => {
    const { a, b } = pair(3, 40);
    const seen = Array.from(
      { length: 30 },
      () => resultSchemas.ping.parse(a.answer({ command: 'ping', peer: b.id }, 200)).rttMs,
    );
    expect(Math.max(...seen)).toBeLessThanOrEqual(80);
    expect(Math.max(...seen)).toBeGreaterThan(40);
    expect(Math.min(...seen)).toBeLessThan(40);
  });

  it('of a stranger, or of a neighbour that goes meanwhile, is no-such-peer', () => {
    const { world, a, b } = pair(1, 40);
    expect(a.answer({ command: 'ping', peer: NOBODY })).toBe('no-such-peer');
    const seq = a.ask({ command: 'ping', peer: b.id });
    b.kill();
    world.clock.run(100);
    expect(a.repliesTo(seq)).toMatchObject([{ error: { code: 'no-such-peer' } }]);
  });
});
