/** Peers that speak no contract: a small gossip with its own commands, run and heard as a kind's `program:` describes it. */
import { MemoryDriver, type MemoryExecution, type MemoryLab } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { describe, expect, test } from 'vitest';
import type { CheckFinding } from './checks/check.ts';
import { bringUp } from './life/bring-up.ts';

const PROGRAM = `
    ready: { log: '"event":"ready"' }
    join: chat join {first.address}
    members: { run: chat members, match: '^(?<peer>\\S+) alive' }
    broadcast: chat say {message}
    send: chat tell {to.name} {message}
    received: '^got (?<message>\\S+)'`;

function topologyWith(program: string, links = '{ peers: 4, links: own }', more = '') {
  const text = `
name: chat
topology: ${links}
defaults: { kind: chat }
kinds:
  chat:
   program:
    run: chat serve -name {name}${program}
${more}`;
  return parseTopology(text, { file: 'chat.yaml' });
}

/** What the chat does wrong, if anything. */
interface Faults {
  /** How long a line takes to arrive at a peer, in milliseconds. */
  readonly delayMs?: (to: number) => number;
  /** What arrives in place of a text; undefined: nothing. */
  readonly passes?: (text: string, from: number, to: number) => string | undefined;
  /** Peers whose `say` is refused. */
  readonly refuses?: readonly number[];
  /** Each peer makes itself a new key at each start. */
  readonly losesKey?: boolean;
}

/** The chat of a lab: each peer knows the others that it joined or that joined it, by way of all. */
class Chat {
  readonly #faults: Faults;
  #keys = 0;
  readonly #knows: Map<number, Set<number>> = new Map();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  serve(lab: MemoryLab): void {
    lab.onExec = execution => this.#do(lab, execution);
  }

  #do(lab: MemoryLab, execution: MemoryExecution): void {
    const { index, command } = execution;
    const [, verb, first = '', second = ''] = command;
    const { refuses = [] } = this.#faults;
    const isAlive = (peer: number): boolean => lab.peers[peer]?.state === 'running';
    switch (verb) {
      case 'join': {
        const other = lab.peers.findIndex(({ address }) => address === first);
        const group = new Set([index, other, ...this.#of(index), ...this.#of(other)]);
        for (const peer of group) this.#knows.set(peer, group);
        break;
      }
      case 'members':
        for (const peer of this.#of(index)) {
          execution.print(`${lab.peers[peer]?.name} ${isAlive(peer) ? 'alive' : 'failed'}\n`);
        }
        break;
      case 'say':
        if (refuses.includes(index)) {
          execution.print('Error: no quorum\n', 'stderr').end(1);
          return;
        }
        for (const to of this.#of(index)) if (isAlive(to)) this.#deliver(lab, first, index, to);
        break;
      case 'key':
        execution.print(`key ${this.#keyOf(index)}\n`);
        break;
      case 'tell': {
        const to = lab.peers.findIndex(({ name }) => name === first);
        if (isAlive(to)) this.#deliver(lab, second, index, to);
        break;
      }
      default:
        throw new Error(`chat has no ${verb}`);
    }
    execution.end(0);
  }

  #deliver(lab: MemoryLab, text: string, from: number, to: number): void {
    const { delayMs = () => 0, passes = (sent: string) => sent } = this.#faults;
    const passed = passes(text, from, to);
    if (passed === undefined) return;
    setTimeout(() => lab.peer(to).print(`got ${passed}`), delayMs(to));
  }

  /** Another one after each start, unless it keeps it. */
  #keyOf(peer: number): string {
    return `k${peer}${this.#faults.losesKey === true ? `-${++this.#keys}` : ''}`;
  }

  #of(peer: number): ReadonlySet<number> {
    return this.#knows.get(peer) ?? new Set([peer]);
  }
}

/** A driver whose labs run the chat. */
class ChatDriver extends MemoryDriver {
  readonly #chat: Chat;

  constructor(faults: Faults) {
    super();
    this.#chat = new Chat(faults);
  }

  override async up(...wish: Parameters<MemoryDriver['up']>): Promise<MemoryLab> {
    const lab = await super.up(...wish);
    this.#chat.serve(lab);
    return lab;
  }
}

const SETTLE = { idleMs: 20, arrivalMs: 200 };

async function up(program: string = PROGRAM, faults: Faults = {}, links?: string, more?: string) {
  return await bringUp(topologyWith(program, links, more), new ChatDriver(faults), { settle: SETTLE });
}

const verdicts = (checks: readonly CheckFinding[]) => checks.map(({ name, verdict }) => [name, verdict]);
const texts = (check: CheckFinding | undefined) => check?.explanations.map(({ text }) => text) ?? [];

test('a program is proven by what it does: its members, its broadcasts, its direct messages', async () => {
  const { checks } = await up();
  expect(verdicts(checks)).toEqual([
    ['links', 'proven'],
    ['broadcast', 'proven'],
    ['ttl', 'not-proven'],
    ['dm', 'proven'],
  ]);
  expect(checks[0]?.observed).toBe('4 peers, connected; each lists 3');
  expect(checks[1]?.observed).toContain('4 origins x 3 receivers: 12 of 12, each once');
  expect(checks[3]?.observed).toBe('12 pairs: 12 arrive');
});

test('drawn links are made by its join, and are as drawn', async () => {
  const program = PROGRAM.replace('{first.address}', '{to.address}');
  const { checks } = await up(program, {}, '{ generator: full, peers: 3 }');
  expect(verdicts(checks)).toContainEqual(['links', 'proven']);
  expect(verdicts(checks)).toContainEqual(['broadcast', 'proven']);
});

describe('a program that', () => {
  test('loses what goes to one peer is found, and nobody says never', async () => {
    const { checks } = await up(PROGRAM, { passes: (text, _, to) => (to === 2 ? undefined : text) });
    const broadcast = checks.find(({ name }) => name === 'broadcast');
    expect(broadcast?.verdict).toBe('failed');
    expect(texts(broadcast)[0]).toMatch(/^n2 did not receive broadcast \w+ of n\d within 200 ms/);
    expect(texts(broadcast).join()).not.toContain('never');
  });

  test('repairs a loss within the time has lost nothing', async () => {
    const { checks } = await up(PROGRAM, { delayMs: to => (to === 3 ? 120 : 0) });
    expect(verdicts(checks)).toContainEqual(['broadcast', 'proven']);
  });

  test('cuts off what it carries is found', async () => {
    const { checks } = await up(PROGRAM, { passes: (text, _, to) => (to === 1 ? text.slice(0, -4) : text) });
    const broadcast = checks.find(({ name }) => name === 'broadcast');
    expect(broadcast).toMatchObject({ verdict: 'failed' });
    expect(texts(broadcast)[0]).toMatch(/^n1 delivered .* with another payload/);
  });

  test('refuses to send has failed by what it printed, and the checks go on', async () => {
    const { checks } = await up(PROGRAM, { refuses: [1] });
    const [, broadcast, , dm] = checks;
    expect(broadcast).toMatchObject({ verdict: 'failed' });
    expect(texts(broadcast)).toEqual(['n1 refused "broadcast": chat say exited with status 1: Error: no quorum']);
    expect(dm?.verdict).toBe('proven');
  });
});

describe('what a kind leaves out is not proven', () => {
  const without = (key: string): string => PROGRAM.replace(new RegExp(`\n *${key}:.*`), '');

  test.each([
    ['members', 'links', /the links of .* are not known: the kind has no members:/],
    ['broadcast', 'broadcast', /4 peers of kinds without broadcast:/],
    ['received', 'broadcast', /what 4 peers received is not known: the kind has no received:/],
    ['send', 'dm', /no pair of peers .* that can send direct messages/],
  ])('%s: the check of %s', async (key, name, reason) => {
    const program = key === 'received' ? without('received').replace(/\n *send:.*/, '') : without(key);
    const { checks } = await up(program);
    const check = checks.find(one => one.name === name);
    expect(check).toMatchObject({ verdict: 'not-proven' });
    expect(check?.reason).toMatch(reason);
  });
});

test('one that is started again joins the first that runs, and one that was killed is listed no more', async () => {
  const { lab } = await up();
  await lab.kill('n0');
  const [links] = await lab.verify({ checks: ['links'], settle: SETTLE });
  expect(links).toMatchObject({ verdict: 'proven', observed: '3 peers, connected; each lists 2' });
  await lab.start('n0');
  expect(await lab.verify({ checks: ['links'], settle: SETTLE })).toMatchObject([{ verdict: 'proven' }]);
});

describe('what a peer is known by', () => {
  const FACTS = "   facts: { key: { run: chat key, match: 'key (?<value>.+)' } }\n";

  test('is lost by one that comes back with another value of a fact, and said', async () => {
    const { lab } = await up(PROGRAM, { losesKey: true }, undefined, FACTS);
    const { notes } = await lab.fault({ verb: 'restart', peers: ['n1'] });
    expect(notes.join()).toMatch(
      /^n1 lost its identity: it came back with key k1-\d+, and had k1-\d+; keep its state in a volume$/,
    );
    await lab.kill('n2');
    const { renewed } = await lab.heal();
    expect(renewed.join()).toMatch(/^n2 lost its identity: it came back with key k2-\d+, and had k2-\d+/);
  });

  test('is kept by one that comes back with the same', async () => {
    const { lab } = await up(PROGRAM, {}, undefined, FACTS);
    const { notes } = await lab.fault({ verb: 'restart', peers: ['n1'] });
    expect(notes).toEqual([]);
  });
});
