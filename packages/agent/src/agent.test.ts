/** The control agent against docs/PEER-CONTRACT.md: every command, every error, one reply each, whatever the order. */
import {
  CAPABILITIES,
  type CommandName,
  parsePeerLine,
  type Results,
  replySchema,
  resultSchemas,
} from '@peerlab/contract';
import { formatId } from '@peerlab/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { AgentWorld, type TestAgent } from '../test/agent-world.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

const NOBODY = '99999999-0000-0000-0000-000000000000';

/** Two agents with a link, dialled by the first. */
function linked(seed = 1, maxDelayMs = 0): { world: AgentWorld; a: TestAgent; b: TestAgent } {
  const world = new AgentWorld(seed, maxDelayMs);
  const [a, b] = [world.add(1), world.add(2)];
  expect(a.answer({ command: 'connect', ...b.address }, 1000)).toMatchObject({ peer: b.id });
  return { world, a, b };
}

function result<C extends CommandName>(command: C, value: unknown): Results[C] {
  return resultSchemas[command].parse(value);
}

describe('ready and info', () => {
  it('say the same, and name every capability of a peer that floods', () => {
    const a = new AgentWorld().add(1);
    const [ready] = a.events('ready');
    expect(ready).toMatchObject({ contract: 1, nodeId: a.id, listen: a.address });
    expect(ready?.capabilities).toEqual(CAPABILITIES.filter(word => word !== 'gossip' && word !== 'identity'));
    expect(ready?.security).toBe('open');
    expect({ event: 'ready', ...result('info', a.answer({ command: 'info' })) }).toEqual(ready);
  });
});

describe('connect', () => {
  it('replies once the link is up, with the session that both ends name', () => {
    const { a, b } = linked(1, 30);
    const [atA] = result('neighbours', a.answer({ command: 'neighbours' })).links;
    const [atB] = result('neighbours', b.answer({ command: 'neighbours' })).links;
    expect(atA).toMatchObject({ peer: b.id, direction: 'out' });
    expect(atB).toMatchObject({ peer: a.id, direction: 'in', session: atA?.session });
    expect([a.events('link-up').length, b.events('link-up').length]).toEqual([1, 1]);
  });

  it('to a neighbour again gives the link that is there', () => {
    const { a, b } = linked();
    const [link] = result('neighbours', a.answer({ command: 'neighbours' })).links;
    expect(a.answer({ command: 'connect', ...b.address }, 100)).toEqual({ peer: b.id, session: link?.session });
    expect(result('neighbours', a.answer({ command: 'neighbours' })).links).toEqual([link]);
  });

  it('fails with connect-failed when nobody listens, and does not dial again', () => {
    const world = new AgentWorld();
    const a = world.add(1);
    expect(a.answer({ command: 'connect', host: '10.0.0.9', port: 7946 }, 100)).toBe('connect-failed');
    world.clock.run(60_000);
    expect(world.dials).toBe(1);
  });

  it('fails with connect-failed when the handshake is refused: another lab', () => {
    const world = new AgentWorld();
    const [a, other] = [world.add(1), world.add(2, {}, 'other-lab')];
    const seq = a.ask({ command: 'connect', ...other.address });
    world.clock.run(100);
    expect(a.repliesTo(seq)).toMatchObject([
      { error: { code: 'connect-failed', message: expect.stringContaining('wrong-network') } },
    ]);
  });

  it('to itself fails with connect-failed', () => {
    const world = new AgentWorld();
    const a = world.add(1);
    expect(a.answer({ command: 'connect', ...a.address }, 100)).toBe('connect-failed');
  });

  it('from both ends at once, often: each gets one reply, all of the same link', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.array(fc.nat(1), { minLength: 2, maxLength: 6 }), (seed, who) => {
        const world = new AgentWorld(seed, 80);
        const [a, b] = [world.add(1), world.add(2)];
        const asked = who.map(n => {
          world.clock.run(world.chance.below(30));
          const [from, to] = n === 0 ? [a, b] : [b, a];
          return { from, to, seq: from.ask({ command: 'connect', ...to.address }) };
        });
        world.clock.run(8000);
        for (const { from, to, seq } of asked) {
          expect(from.repliesTo(seq)).toMatchObject([{ result: { peer: to.id } }]);
        }
        const links = [a, b].map(agent => result('neighbours', agent.answer({ command: 'neighbours' })).links);
        expect(links.map(({ length }) => length)).toEqual([1, 1]);
        expect(links[0]?.[0]?.session).toBe(links[1]?.[0]?.session);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a lost link', () => {
  it('that this peer dialled comes back, when the other end is there again', () => {
    const { world, a, b } = linked();
    b.kill();
    world.clock.run(20_000);
    expect(a.events('link-down').map(({ reason }) => reason)).toEqual(['connection-lost']);
    const before = world.dials;
    expect(before).toBeGreaterThan(4);
    const again = world.add(2);
    world.clock.run(5100);
    expect(result('neighbours', a.answer({ command: 'neighbours' })).links).toMatchObject([{ peer: again.id }]);
    const dialled = world.dials;
    world.clock.run(60_000);
    expect(world.dials).toBe(dialled);
  });

  it('comes back after a peer that left on purpose, too', () => {
    const { world, a, b } = linked();
    b.ask({ command: 'stop' });
    world.clock.run(1000);
    b.isListening = false;
    world.add(2);
    world.clock.run(10_000);
    expect(result('neighbours', a.answer({ command: 'neighbours' })).links.length).toBe(1);
  });

  it('that the other end dialled is not dialled from here', () => {
    const { world, a, b } = linked();
    a.kill();
    const before = world.dials;
    world.clock.run(20_000);
    expect(world.dials).toBe(before);
    expect(b.events('link-down').length).toBe(1);
  });
});

describe('keepDialling', () => {
  it('goes on until the address answers', () => {
    const world = new AgentWorld();
    const a = world.add(1);
    a.agent.keepDialling('10.0.0.2', 7946);
    world.clock.run(30_000);
    expect(world.dials).toBeGreaterThan(5);
    const b = world.add(2);
    world.clock.run(5100);
    expect(a.events('link-up')).toMatchObject([{ peer: b.id, direction: 'out' }]);
  });
});

describe('disconnect', () => {
  it('ends the link at both ends, and neither dials again', () => {
    const { world, a, b } = linked();
    b.ask({ command: 'connect', ...a.address });
    world.clock.run(100);
    const before = world.dials;
    expect(a.answer({ command: 'disconnect', peer: b.id }, 60_000)).toEqual({});
    for (const agent of [a, b]) {
      expect(agent.events('link-down').at(-1)?.reason).toBe('hangup');
      expect(result('neighbours', agent.answer({ command: 'neighbours' })).links).toEqual([]);
    }
    expect(world.dials).toBe(before);
  });

  it.each([
    ['by this peer', (a: TestAgent, b: TestAgent) => a.ask({ command: 'disconnect', peer: b.id })],
    ['by the other end', (a: TestAgent, b: TestAgent) => b.ask({ command: 'disconnect', peer: a.id })],
  ])('%s ends a redial that was waiting as well', (_title, disconnect) => {
    const { world, a, b } = linked();
    b.kill();
    world.clock.run(20_000);
    const again = world.add(2);
    again.answer({ command: 'connect', ...a.address }, 1);
    expect(a.events('link-up').length).toBe(2);
    disconnect(a, again);
    world.clock.run(1);
    const before = world.dials;
    world.clock.run(60_000);
    expect(world.dials).toBe(before);
  });

  it('of a peer without a link is refused with no-such-peer', () => {
    const { a } = linked();
    expect(a.answer({ command: 'disconnect', peer: NOBODY })).toBe('no-such-peer');
  });
});

describe('broadcast and dm', () => {
  it('are received with the id that the command gave, and the same payload', () => {
    const payloads = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array().map(bytes => ({ base64: Buffer.from(bytes).toString('base64') })),
    );
    fc.assert(
      fc.property(payloads, fc.boolean(), (payload, isDm) => {
        const { world, a, b } = linked();
        const request = isDm
          ? ({ command: 'dm', to: b.id, payload } as const)
          : ({ command: 'broadcast', payload } as const);
        const { id } = result('broadcast', a.answer(request));
        world.clock.run(100);
        expect(b.events('received')).toEqual([
          { event: 'received', id, kind: request.command, origin: a.id, from: a.id, hops: 1, payload },
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('carry their TTL: 0 goes nowhere', () => {
    const { world, a, b } = linked();
    a.answer({ command: 'broadcast', payload: 'x', ttl: 0 });
    a.answer({ command: 'dm', to: b.id, payload: 'x', ttl: 0 });
    world.clock.run(100);
    expect(b.events('received')).toEqual([]);
  });

  it('of more than a frame are refused with too-large', () => {
    const { a, b } = linked();
    const payload = 'x'.repeat(1024 * 1024);
    expect(a.answer({ command: 'broadcast', payload })).toBe('too-large');
    expect(a.answer({ command: 'dm', to: b.id, payload })).toBe('too-large');
  });

  it('to oneself is a bad command', () => {
    const { a } = linked();
    expect(a.answer({ command: 'dm', to: a.id, payload: 'x' })).toBe('bad-command');
  });

  it('to a peer that nobody knows goes out all the same: nobody can tell', () => {
    const { a } = linked();
    expect(a.answer({ command: 'dm', to: NOBODY, payload: 'x' })).toMatchObject({ id: expect.any(String) });
  });
});

describe('counters', () => {
  it('pair up by session at quiescence, under cross dials, floods and disconnects', () => {
    const step = fc.record({ waitMs: fc.nat(60), who: fc.nat(3), to: fc.nat(3), what: fc.nat(5) });
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.array(step, { maxLength: 40 }), (seed, steps) => {
        const world = new AgentWorld(seed, 50);
        const agents = [1, 2, 3, 4].map(n => world.add(n));
        for (const { waitMs, who, to, what } of steps) {
          world.clock.run(waitMs);
          const [agent, other] = [agents[who], agents[to]];
          if (agent === undefined || other === undefined || agent === other) continue;
          if (what < 2) agent.ask({ command: 'connect', ...other.address });
          else if (what === 2) agent.ask({ command: 'disconnect', peer: other.id });
          else agent.ask({ command: 'broadcast', payload: 'x' });
        }
        world.clock.run(8000);
        const ends = new Map<string, { open: boolean; framesOut: number; framesIn: number }[]>();
        for (const agent of agents) {
          for (const counters of result('counters', agent.answer({ command: 'counters' })).sessions) {
            ends.set(counters.session, [...(ends.get(counters.session) ?? []), counters]);
          }
        }
        for (const [a, b] of ends.values()) {
          expect(a?.framesOut ?? 0).toBe(b?.framesIn ?? 0);
          expect(a?.framesIn ?? 0).toBe(b?.framesOut ?? 0);
          if (b !== undefined) expect(a?.open).toBe(b.open);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('list a session from its first frame on, and pair up, when two peers dial each other amid broadcasts', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), seed => {
        const world = new AgentWorld(seed, 80);
        const agents = [world.add(1), world.add(2)];
        const sessionsOf = (agent: TestAgent) => result('counters', agent.answer({ command: 'counters' })).sessions;
        agents.forEach((agent, i) => {
          agent.ask({ command: 'connect', ...(agents[1 - i] ?? agent).address });
        });
        for (let i = 0; i < 60; i++) {
          world.clock.run(5);
          for (const agent of agents) {
            if (i % 2 === 0) agent.ask({ command: 'broadcast', payload: 'x' });
            const listed = new Set(sessionsOf(agent).map(({ session }) => session));
            for (const link of agent.agent.peer.links) {
              if (link.framesIn > 0 && link.session !== undefined) expect(listed).toContain(formatId(link.session));
            }
          }
        }
        world.clock.run(5000);
        const [ofA = [], ofB = []] = agents.map(sessionsOf);
        for (const [some, others] of [
          [ofA, ofB],
          [ofB, ofA],
        ]) {
          for (const { session, framesOut } of some ?? []) {
            expect(others?.find(other => other.session === session)?.framesIn ?? 0).toBe(framesOut);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('remember sessions that were closed, a bounded number of them', () => {
    const { world, a, b } = linked();
    for (let i = 0; i < 300; i++) {
      a.answer({ command: 'disconnect', peer: b.id }, 10);
      a.answer({ command: 'connect', ...b.address }, 100);
      world.clock.run(1000);
    }
    const { sessions } = result('counters', a.answer({ command: 'counters' }));
    expect(sessions.filter(({ open }) => !open).length).toBe(256);
    expect(sessions.filter(({ open }) => open).length).toBe(1);
  });

  it('total what the peer did', () => {
    const { world, a, b } = linked();
    a.ask({ command: 'broadcast', payload: 'x', ttl: 1 });
    world.clock.run(100);
    const { totals } = result('counters', b.answer({ command: 'counters' }));
    expect(totals).toMatchObject({ delivered: 1, relayed: 0, duplicate: 0, expired: 1, dropped: 0 });
  });
});

describe('trace and history', () => {
  it('tell of each copy: sent, duplicate, expired', () => {
    const world = new AgentWorld();
    const [a, b, c] = [world.add(1), world.add(2), world.add(3)];
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const)
      from.ask({ command: 'connect', ...to.address });
    world.clock.run(100);
    for (const agent of [a, b, c]) expect(agent.answer({ command: 'trace', on: true })).toEqual({});
    const { id } = result('broadcast', a.answer({ command: 'broadcast', payload: 'x', ttl: 2 }, 100));
    expect(a.events('sent')).toEqual([
      { event: 'sent', id, kind: 'broadcast', to: expect.arrayContaining([b.id, c.id]), ttl: 2 },
    ]);
    expect(b.events('sent')).toEqual([{ event: 'sent', id, kind: 'broadcast', from: a.id, to: [c.id], ttl: 1 }]);
    expect(b.events('duplicate')).toEqual([{ event: 'duplicate', id, from: c.id, ttl: 1 }]);
    const { id: near } = result('broadcast', a.answer({ command: 'broadcast', payload: 'x', ttl: 1 }, 100));
    expect(b.events('expired')).toEqual([{ event: 'expired', id: near, from: a.id }]);
  });

  it('history recalls a message without tracing, and nothing of one that it does not know', () => {
    const { world, a, b } = linked();
    const { id } = result('broadcast', a.answer({ command: 'broadcast', payload: 'x', ttl: 1 }));
    world.clock.run(100);
    expect(result('history', b.answer({ command: 'history', id: id.toUpperCase() })).records).toEqual([
      { event: 'expired', id, from: a.id },
    ]);
    // It was started when the clock stood at 0.
    const unknown = result('history', b.answer({ command: 'history', id: NOBODY }));
    expect(unknown).toEqual({ records: [], recordedMs: world.clock.nowMs });
    expect(b.events('expired')).toEqual([]);
  });

  it('tell of a frame that a full queue dropped', () => {
    const world = new AgentWorld();
    const [a, b] = [world.add(1, { maxQueueBytes: 10, slowReader: 'drop' }), world.add(2)];
    a.answer({ command: 'connect', ...b.address }, 100);
    for (const end of a.ends) end.isStalled = true;
    a.answer({ command: 'broadcast', payload: 'first' });
    const { id } = result('broadcast', a.answer({ command: 'broadcast', payload: 'second' }));
    expect(result('history', a.answer({ command: 'history', id })).records).toEqual([
      { event: 'dropped', id, to: b.id, reason: 'queue-full' },
    ]);
  });

  it('trace can be turned off', () => {
    const { world, a, b } = linked();
    a.answer({ command: 'trace', on: true });
    a.answer({ command: 'trace', on: false });
    a.answer({ command: 'dm', to: b.id, payload: 'x' });
    world.clock.run(10);
    expect(a.events('sent')).toEqual([]);
  });
});

describe('stop', () => {
  it('replies, leaves every link, and ends once', () => {
    const { world, a, b } = linked();
    const seq = a.ask({ command: 'stop' });
    expect(a.repliesTo(seq)).toEqual([{ reply: seq, result: {} }]);
    expect(a.leftCount).toBe(0);
    world.clock.run(1000);
    expect(a.leftCount).toBe(1);
    expect(b.events('link-down').map(({ reason }) => reason)).toEqual(['leaving']);
  });

  it('without links ends at once, and once, whatever comes later', () => {
    const world = new AgentWorld();
    const [a, b] = [world.add(1), world.add(2)];
    a.ask({ command: 'stop' });
    expect(a.leftCount).toBe(1);
    a.ask({ command: 'stop' });
    expect(b.answer({ command: 'connect', ...a.address }, 100)).toBe('connect-failed');
    expect(a.leftCount).toBe(1);
  });

  it('takes no new work: stopping', () => {
    const { a, b } = linked();
    a.ask({ command: 'stop' });
    expect(a.answer({ command: 'connect', ...b.address })).toBe('stopping');
    expect(a.answer({ command: 'broadcast', payload: 'x' })).toBe('stopping');
    expect(a.answer({ command: 'dm', to: b.id, payload: 'x' })).toBe('stopping');
    expect(a.answer({ command: 'neighbours' })).toEqual({ links: [] });
  });

  it('answers the connects that it overtakes, once', () => {
    const world = new AgentWorld(1, 50);
    const [a, b] = [world.add(1), world.add(2)];
    const connect = a.ask({ command: 'connect', ...b.address });
    a.ask({ command: 'stop' });
    world.clock.run(5000);
    expect(a.repliesTo(connect)).toMatchObject([{ error: { code: 'stopping' } }]);
  });

  it('ends the redialling', () => {
    const { world, a, b } = linked();
    b.kill();
    world.clock.run(10);
    a.ask({ command: 'stop' });
    const before = world.dials;
    world.clock.run(60_000);
    expect(world.dials).toBe(before);
  });
});

describe('lines that are no command', () => {
  const longSeq = JSON.stringify({ seq: 'x'.repeat(65), command: 'info' });
  const noSeqs = ['{"command":"info"}', '{"seq":7,"command":"info"}', '{"seq":"","command":"info"}', longSeq];
  it.each(['', 'hello', '{', '[]', 'null', '5', '{}', ...noSeqs])('%j gets a log line and no reply', line => {
    const a = new AgentWorld().add(1);
    a.agent.command(line);
    expect(a.logs().length).toBe(1);
    expect(a.lines.filter(({ type }) => type === 'reply')).toEqual([]);
  });

  it.each([
    { seq: '1' },
    { seq: '1', command: 'fly' },
    { seq: '1', command: 'connect', host: 'h' },
    { seq: '1', command: 'connect', host: 'h', port: 0 },
    { seq: '1', command: 'broadcast' },
    { seq: '1', command: 'broadcast', payload: 'x', ttl: -1 },
    { seq: '1', command: 'broadcast', payload: 'x', ttl: 65536 },
    { seq: '1', command: 'broadcast', payload: 'x', ttl: 1.5 },
    { seq: '1', command: 'broadcast', payload: { base64: '?' } },
    { seq: '1', command: 'broadcast', payload: 'x', hops: 3 },
    { seq: '1', command: 'dm', to: 'n1', payload: 'x' },
    { seq: '1', command: 'trace', on: 'yes' },
    { seq: '1', command: 'history' },
  ])('%j gets bad-command', command => {
    const a = new AgentWorld().add(1);
    a.agent.command(JSON.stringify(command));
    expect(a.repliesTo(command.seq)).toMatchObject([{ error: { code: 'bad-command' } }]);
  });

  it('never make the agent throw, nor write what is not a line of the contract', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), hostileCommand), { maxLength: 10 }), lines => {
        const a = new AgentWorld().add(1);
        for (const line of lines) a.agent.command(line);
        for (const line of a.lines) {
          if (line.type === 'log') expect(line.problem).toBeUndefined();
          if (line.type === 'reply') expect(replySchema.safeParse(line.reply).success).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const hostileCommand = fc
  .record(
    {
      seq: fc.oneof(fc.string(), fc.constant('1')),
      command: fc.constantFrom('info', 'connect', 'broadcast', 'dm', 'trace', 'history', 'disconnect', 'stop'),
      payload: fc.oneof(fc.string(), fc.jsonValue()),
      ttl: fc.oneof(fc.nat(9), fc.jsonValue()),
      to: fc.constantFrom(NOBODY, 'x'),
      peer: fc.constant(NOBODY),
      id: fc.constant(NOBODY),
      on: fc.boolean(),
    },
    { requiredKeys: ['command'] },
  )
  .map(command => JSON.stringify(command));

describe('every line that an agent writes', () => {
  it('is of the contract', () => {
    const { world, a, b } = linked();
    a.ask({ command: 'trace', on: true });
    a.ask({ command: 'broadcast', payload: 'x' });
    a.ask({ command: 'stop' });
    world.clock.run(1000);
    for (const line of [...a.lines, ...b.lines]) expect(line.type).not.toBe('log');
    expect(parsePeerLine('{"event":"ready"}').type).toBe('log');
  });
});

describe('a message of control characters', () => {
  it('of the largest size is told within the line that the contract allows, and is what was sent', () => {
    const { a, b } = linked();
    const text = '\u0001'.repeat(1024 * 1024 - 200);
    expect(JSON.stringify(text).length).toBeGreaterThan(4 * 1024 * 1024);
    expect(a.answer({ command: 'broadcast', payload: text }, 1000)).toHaveProperty('id');
    const [event] = b.events('received');
    expect(JSON.stringify(event).length).toBeLessThan(4 * 1024 * 1024);
    const { payload } = event ?? {};
    if (typeof payload !== 'object') throw new Error(`the payload is ${typeof payload}`);
    expect(Buffer.from(payload.base64, 'base64').toString()).toBe(text);
    const short = '\u0001'.repeat(1000);
    a.answer({ command: 'broadcast', payload: short }, 1000);
    expect(b.events('received').at(-1)?.payload).toBe(short);
  });
});
