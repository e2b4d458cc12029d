/** The states of a link: which timers each arms, which transitions there are, and what a sign of life does in each. */
import { describe, expect, it } from 'vitest';
import { dataFrame, helloFrame, idOf } from '../test/wire.ts';
import { decodeHello, type Hello } from './hello.ts';
import { Link, type LinkPhase } from './link.ts';
import type { LinkTimer, LinkTimings } from './link-timer.ts';
import type { Direction } from './link-transport.ts';
import { PeerTime } from './peer-time.ts';

const TIMINGS: LinkTimings = { handshake: 1, idle: 20, pong: 300, probe: 4000, yield: 50_000, drain: 6e5, frame: 7e6 };
const PHASES: readonly LinkPhase[] = [
  'handshake',
  'newcomer',
  'idle',
  'pinged',
  'contested',
  'yielding',
  'draining',
  'closed',
];

/** The timer of each state, beside `frame`. */
const TIMER: Readonly<Record<LinkPhase, LinkTimer | undefined>> = {
  handshake: 'handshake',
  newcomer: undefined,
  idle: 'idle',
  pinged: 'pong',
  contested: 'probe',
  yielding: 'yield',
  draining: 'drain',
  closed: undefined,
};

/** Where each state leads. */
const LEADS_TO: Readonly<Record<LinkPhase, readonly LinkPhase[]>> = {
  handshake: ['newcomer', 'idle', 'draining', 'closed'],
  newcomer: ['idle', 'draining', 'closed'],
  idle: ['pinged', 'contested', 'yielding', 'draining', 'closed'],
  pinged: ['idle', 'contested', 'draining', 'closed'],
  contested: ['pinged', 'draining', 'closed'],
  yielding: ['draining', 'closed'],
  draining: ['closed'],
  closed: [],
};

function hello(node = 1): Hello {
  const frame = helloFrame({ nodeId: idOf(node), session: idOf(node) });
  const decoded = decodeHello(frame, 0, frame.length);
  if (decoded === undefined) throw new Error('a HELLO of the test');
  return decoded;
}

/** Links at one time, with what the host was asked for. */
class Bench {
  readonly wakes: number[] = [];
  readonly time: PeerTime = new PeerTime(atMs => this.wakes.push(atMs));

  link(direction: Direction = 'out'): Link {
    const transport = { send: () => 0, close: () => undefined, queuedBytes: 0 };
    const sink = { maxFrameBytes: 1000, frame: () => true };
    return new Link({ transport, direction, address: 'h:1' }, TIMINGS, this.time, () => sink);
  }

  up(direction?: Direction): Link {
    const link = this.link(direction);
    link.greeted(hello());
    link.becomeUp();
    return link;
  }

  /** A link in this state, reached as in life. */
  in(phase: LinkPhase): Link {
    if (phase === 'handshake') return this.link();
    const link = phase === 'newcomer' ? this.link() : this.up();
    if (phase === 'newcomer') {
      link.greeted(hello());
      this.up().becomeContested(link);
    }
    if (phase === 'contested') link.becomeContested(this.greeted());
    if (phase === 'pinged') link.becomePinged();
    if (phase === 'yielding') link.becomeYielding();
    if (phase === 'draining') link.becomeDraining('hangup');
    if (phase === 'closed') link.becomeClosed('hangup');
    return link;
  }

  greeted(): Link {
    const link = this.link();
    link.greeted(hello());
    return link;
  }
}

/** Asks a link to become something, as only that state does. */
const BECOME: Readonly<Record<Exclude<LinkPhase, 'handshake'>, (link: Link, bench: Bench) => void>> = {
  newcomer: (link, bench) => {
    if (link.phase === 'handshake') link.greeted(hello());
    bench.up().becomeContested(link);
  },
  idle: (link, bench) => {
    // A newcomer comes up when the link that it waits for has ended.
    if (link.existing !== undefined) link.existing.becomeClosed('connection-lost');
    if (link.phase === 'pinged') link.heard();
    else {
      if (link.phase === 'handshake') link.greeted(hello());
      bench.time.nowMs = 5;
      link.becomeUp();
    }
  },
  pinged: link => {
    // A contested link is asked no other way than by its newcomer's end.
    if (link.newcomer !== undefined) link.newcomer.becomeClosed('connection-lost');
    else link.becomePinged();
  },
  contested: (link, bench) => link.becomeContested(bench.greeted()),
  yielding: link => link.becomeYielding(),
  draining: link => link.becomeDraining('hangup'),
  closed: link => link.becomeClosed('hangup'),
};

describe('the timers of a state', () => {
  it.each(PHASES)('%s: its own, and the one for a frame that was begun', phase => {
    const bench = new Bench();
    bench.time.nowMs = 1e9;
    const link = bench.in(phase);
    const own = TIMER[phase];
    const expected: [LinkTimer, number][] = own === undefined ? [] : [[own, 1e9 + TIMINGS[own]]];
    expect([...link.timers]).toEqual(expected);
    expect(link.dueAtMs).toBe(expected[0]?.[1] ?? Number.POSITIVE_INFINITY);
  });

  it.each(PHASES.filter(phase => phase !== 'closed'))('%s: a frame that was begun adds `frame`, to its end', phase => {
    const bench = new Bench();
    const link = bench.in(phase);
    const before = phase === 'pinged' ? ['idle'] : [...link.timers.keys()];
    const frame = dataFrame(1, 9);
    link.read(frame.subarray(0, 10));
    expect([...link.timers.keys()]).toEqual([...before, 'frame']);
    expect(link.timers.get('frame')).toBe(TIMINGS.frame);
    bench.time.nowMs = 1;
    link.read(frame.subarray(10, 20));
    expect(link.timers.get('frame')).toBe(TIMINGS.frame);
    link.read(frame.subarray(20));
    expect([...link.timers.keys()]).toEqual(before);
    link.read(frame.subarray(0, 10));
    link.becomeClosed('connection-lost');
    expect([...link.timers]).toEqual([]);
  });

  it.each(PHASES)('%s: the host is asked for a call by then, and what has expired has a name', phase => {
    const bench = new Bench();
    const link = bench.in(phase);
    const own = TIMER[phase];
    if (own === undefined) {
      expect(link.expired(1e12)).toBeUndefined();
      return;
    }
    expect(Math.min(...bench.wakes)).toBeLessThanOrEqual(link.dueAtMs);
    expect(link.expired(TIMINGS[own] - 1)).toBeUndefined();
    expect(link.expired(TIMINGS[own])).toBe(own);
  });

  it('are asked for again by each transition once the host has called', () => {
    for (const from of PHASES) {
      for (const to of LEADS_TO[from]) {
        const bench = new Bench();
        const link = bench.in(from);
        bench.time.woken(3);
        bench.wakes.length = 0;
        if (to !== 'handshake') BECOME[to](link, bench);
        const due = link.dueAtMs;
        if (due !== Number.POSITIVE_INFINITY)
          expect(Math.min(...bench.wakes), `${from} to ${to}`).toBeLessThanOrEqual(due);
      }
    }
  });
});

describe('a transition', () => {
  const pairs = PHASES.flatMap(from => PHASES.map(to => [from, to] as const)).filter(([, to]) => to !== 'handshake');
  it.each(pairs)('from %s to %s happens if there is one, and else is a defect that changes nothing', (from, to) => {
    if (to === 'handshake') return;
    const bench = new Bench();
    const link = bench.in(from);
    if (LEADS_TO[from].includes(to)) {
      BECOME[to](link, bench);
      expect(link.phase).toBe(to);
    } else {
      expect(() => BECOME[to](link, bench)).toThrow(/cannot become|before its HELLO/);
      expect(link.phase).toBe(from);
    }
  });

  it.each([
    ['comes up before its HELLO has come', (bench: Bench) => bench.link().becomeUp()],
    ['contests another before its HELLO has come', (bench: Bench) => bench.up().becomeContested(bench.link())],
    ['comes up beside the link that it contests', (bench: Bench) => bench.in('newcomer').becomeUp()],
    ['drains though it was accepted and never up', (bench: Bench) => bench.link('in').becomeDraining('leaving')],
  ])('in which a link %s is a defect', (_title, transition) => {
    expect(() => transition(new Bench())).toThrow('link');
  });
});

describe('a contest that cannot be', () => {
  it.each(['contested', 'yielding', 'draining', 'closed'] as const)('leaves the newcomer to a %s link alone', phase => {
    const bench = new Bench();
    const newcomer = bench.greeted();
    expect(() => bench.in(phase).becomeContested(newcomer)).toThrow('cannot become contested');
    expect(newcomer.phase).toBe('handshake');
  });
});

describe('a sign of life', () => {
  it.each(PHASES)('in %s', phase => {
    const bench = new Bench();
    const link = bench.in(phase);
    const before = link.dueAtMs;
    bench.time.nowMs = 7;
    link.heard();
    expect(link.phase).toBe(phase === 'pinged' ? 'idle' : phase);
    expect(link.dueAtMs).toBe(phase === 'idle' || phase === 'pinged' ? 7 + TIMINGS.idle : before);
  });

  it('from a newcomer counts once it is up', () => {
    const bench = new Bench();
    const link = bench.in('newcomer');
    bench.time.nowMs = 7;
    link.heard();
    bench.time.nowMs = 9;
    link.existing?.becomeClosed('not-alive');
    link.becomeUp();
    expect([...link.timers]).toEqual([['idle', 7 + TIMINGS.idle]]);
  });
});

describe('a newcomer and the link that it contests', () => {
  it('know each other', () => {
    const link = new Bench().in('newcomer');
    expect(link.existing?.newcomer).toBe(link);
  });

  it.each(['draining', 'closed'] as const)('part when the newcomer is %s: the probe is an ordinary PING then', to => {
    const bench = new Bench();
    const link = bench.in('newcomer');
    const { existing } = link;
    bench.time.nowMs = 100;
    BECOME[to](link, bench);
    expect(existing?.phase).toBe('pinged');
    expect([...(existing?.timers ?? [])]).toEqual([['pong', 100 + TIMINGS.pong]]);
  });
});

describe('what is told of a link', () => {
  it.each([
    ['handshake', 'handshake', false],
    ['newcomer', 'probing', false],
    ['idle', 'up', true],
    ['pinged', 'up', true],
    ['contested', 'up', true],
    ['yielding', 'up', true],
    ['draining', 'closing', true],
    ['closed', 'closed', true],
  ] as const)('in %s: its state is %s', (phase, state, wasUp) => {
    const link = new Bench().in(phase);
    expect([link.state, link.wasUp, link.isClosed]).toEqual([state, wasUp, phase === 'closed']);
    expect(link.end).toBe(phase === 'draining' || phase === 'closed' ? 'hangup' : undefined);
  });

  it('that ended before it was up: that it was not', () => {
    const link = new Bench().link();
    link.becomeDraining('hangup');
    link.becomeClosed('connection-lost');
    expect([link.wasUp, link.end]).toEqual([false, 'connection-lost']);
  });

  it.each([
    ['out', 'handshake', false],
    ['out', 'newcomer', true],
    ['in', 'newcomer', false],
    ['in', 'idle', true],
    ['out', 'draining', true],
  ] as const)('dialled %s, in %s: whether messages may come is %s', (direction, phase, mayCarryData) => {
    const bench = new Bench();
    const link = bench.link(direction);
    if (phase !== 'handshake') {
      link.greeted(hello());
      if (phase === 'newcomer') bench.up().becomeContested(link);
      else link.becomeUp();
      if (phase === 'draining') link.becomeDraining('hangup');
    }
    expect(link.mayCarryData).toBe(mayCarryData);
  });
});
