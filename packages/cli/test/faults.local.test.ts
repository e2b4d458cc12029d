/** `lab fault`, `lab link` and `lab chaos` as a person uses them, on a local lab. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';
import { chaosSchema, faultSchema, verifySchema } from './schemas.ts';

const around = new Surroundings();
const name = uniqueName('faults');

beforeAll(async () => {
  expect((await around.lab(['up', 'topologies/ring-20.yaml', '--name', name, '--no-verify'])).status).toBe(0);
});
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

const faultJson = async (...words: string[]) => {
  const { status, document } = await around.json(words);
  return { status, ...faultSchema.parse(document) };
};
const failedChecks = async (): Promise<string[]> => {
  const { checks } = verifySchema.parse((await around.json(['verify', name])).document);
  return checks.filter(({ verdict }) => verdict === 'failed').map(check => check.name);
};

describe('lab fault', () => {
  it('partitions: links say so, the rest is proven on the parts; another command finds it, and heals it', async () => {
    const { stdout, status } = await around.lab(['fault', 'partition', name, 'n0,n1', 'n5..n9']);
    expect([status, stdout]).toEqual([
      0,
      '⚡ partition: n0 n1 | n5 n6 n7 n8 n9 | n2 n3 n4 n10 n11 and 8 more; 4 links cut\n',
    ]);
    expect((await around.lab(['fault', 'ls', name])).stdout).toBe('cut  n1-n2 n4-n5 n9-n10 n19-n0\n');
    expect(await failedChecks()).toEqual(['links']);
    const { recovery, faults } = await faultJson('fault', 'heal', name);
    expect([recovery?.links, faults]).toEqual([20, []]);
    expect(await failedChecks()).toEqual([]);
  });

  it('slows links, and tells what a round trip takes', async () => {
    const { applied, faults } = await faultJson('fault', 'slow', name, 'n3:n4', '--latency', '50');
    expect(applied?.latency?.measuredMs).toBeGreaterThanOrEqual(100);
    expect(faults).toHaveLength(2);
    expect((await around.lab(['fault', 'clear', name])).stdout).toMatch(/^✔ 1 fault lifted; 20 links up after /);
  });

  it('takes a fault back by itself after its time, and at once on Ctrl-C', async () => {
    const { recovery, faults } = await faultJson(
      'fault',
      'pause',
      name,
      '--random',
      '2',
      '--seed',
      '7',
      '--for',
      '200ms',
    );
    expect([recovery?.links, faults]).toEqual([20, []]);
    const running = around.start(['fault', 'kill', name, 'n7', '--for', '1h']);
    await running.printed('killed n7');
    running.signal('SIGINT');
    expect((await running.ended).status).toBe(130);
    expect(await failedChecks()).toEqual([]);
  });

  it('kills, restarts and starts peers by pattern', async () => {
    expect((await faultJson('fault', 'kill', name, 'n1*', '--signal', 'TERM')).applied?.peers).toHaveLength(11);
    const { recovery, faults } = await faultJson('fault', 'start', name, 'all');
    expect([recovery?.links, faults]).toEqual([20, []]);
    const restarted = await faultJson('fault', 'restart', name, 'n2');
    expect([restarted.applied?.text, restarted.recovery?.links]).toEqual(['restarted n2', 20]);
    expect(await failedChecks()).toEqual([]);
  });

  it('cuts and restores one link', async () => {
    const down = await faultJson('link', 'down', name, 'n3', 'n4');
    expect(down.faults).toEqual([{ kind: 'cut', link: ['n3', 'n4'] }]);
    expect((await around.lab(['link', 'up', name, 'n4', 'n3'])).stdout).toMatch(/^✔ n4-n3 is up after /);
    expect(await failedChecks()).toEqual([]);
  });

  it.each([
    [['fault', 'partition'], [], 'a partition of what?'],
    [['fault', 'slow'], ['n1'], 'slow needs --latency'],
    [['fault', 'slow'], ['n1', '--latency', '-5'], '--latency -5: not a time'],
    [['fault', 'slow'], ['n1', '--latency', '1h'], '--latency 1h: must be a number from 0 to 600000'],
    [['fault', 'rate'], ['n1', '--kbps', '0kbit/s'], '--kbps 0kbit/s: must be a number above 0'],
    [['fault', 'flaky'], ['n1', '--loss', '150%'], '--loss 150%: must be a number from 0 to 1'],
    [['fault', 'kill'], ['n33'], 'has no peer "n33"'],
    [['fault', 'kill'], ['n3:n4'], 'kill takes peers, not links'],
    [['fault', 'kill'], [], 'kill of what?'],
    [['fault', 'kill'], ['n3', '--signal', 'SIGSTOP'], 'SIGSTOP'],
    [['fault', 'pause'], ['n3', '--loss', '0.1'], 'pause takes no --loss'],
    [['fault', 'pause'], ['--random', '99'], '99 of 20 peers cannot be drawn'],
    [['fault', 'heal'], ['n3'], 'heal lifts all faults'],
    [['fault', 'start'], [], 'start which peers?'],
    [['fault', 'restart'], ['n3', '--for', '1s'], 'restart takes no --for'],
    [['fault', 'pause'], ['n3', '--for', 'ever'], '--for ever: not a duration'],
    [['link', 'down'], ['n3', 'n5'], 'n3 and n5 are not linked in the topology'],
    [['link', 'down'], ['n3', 'n3'], 'n3'],
    [['chaos'], ['--duration', '0s'], '--duration 0s: not a duration'],
  ])('%j refuses %j, and changes nothing', async (verb, words, message) => {
    const { status, stderr } = await around.lab([...verb, name, ...words]);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect((await around.lab(['fault', 'ls', name])).stdout).toBe(`${name}: no faults\n`);
  });
});

describe('lab chaos', () => {
  it('breaks, heals and proves; the same seed does the same', async () => {
    const words = ['chaos', name, '--duration', '2s', '--every', '250ms', '--seed', '4'];
    const first = chaosSchema.parse((await around.json(words)).document);
    expect(first).toMatchObject({ seed: 4, passed: true, wasCut: false, recovery: { links: 20 } });
    expect(first.events.length).toBeGreaterThan(6);
    const again = chaosSchema.parse((await around.json(words)).document);
    const applied = ({ events }: typeof first) =>
      events.filter(({ event }) => event === 'applied').map(({ text }) => text);
    expect(applied(again)).toEqual(applied(first));
  });

  it('interrupted, heals and proves before it ends', async () => {
    const running = around.start(['chaos', name, '--duration', '1h', '--every', '100ms', '--fault', 'link-down']);
    await running.printed('cut n');
    running.signal('SIGINT');
    const { status, stdout } = await running.ended;
    expect([status, stdout]).toEqual([130, expect.stringContaining('✔ healed')]);
    expect(await failedChecks()).toEqual([]);
  });
});
