import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from './ended.ts';
import { processesOf, Surroundings, uniqueName } from './run-lab.ts';
import {
  cpSchema,
  doctorSchema,
  downSchema,
  execSchema,
  inspectSchema,
  logsSchema,
  lsSchema,
  messageSchema,
  upSchema,
  verifySchema,
  watchSchema,
} from './schemas.ts';

// There is no engine in these surroundings: every verb must work on local labs all the same.
const around = new Surroundings();
const NAME = uniqueName('line');
const LINE = 'topologies/line-5.yaml';

beforeAll(async () => {
  const { status, document } = await around.json(['up', LINE, '--name', NAME]);
  expect(status).toBe(0);
  const lab = upSchema.parse(document);
  expect([lab.lab, lab.driver, lab.passed]).toEqual([NAME, 'local', true]);
  expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(5);
  expect(lab.peers.every(({ state, processId }) => state === 'running' && processId !== undefined)).toBe(true);
  expect(lab.links).toEqual([0, 1, 2, 3].map(i => ({ a: `n${i}`, b: `n${i + 1}` })));
  expect(lab.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['links', 'proven'],
    ['broadcast', 'proven'],
    ['ttl', 'proven'],
    ['dm', 'proven'],
  ]);
  expect(Object.keys(lab.timings)).toEqual(['network', 'peers', 'links', 'broadcast', 'ttl', 'dm']);
});

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

it('two ups of one lab at the same time: both prove it, one after the other, and there is one', async () => {
  const name = uniqueName('pair');
  const runs = [1, 2].map(() => around.start(['up', LINE, '--name', name, '--driver', 'local']));
  const ended = await Promise.all(runs.map(async ({ ended: end }) => await end));
  expect(ended.map(({ status }) => status)).toEqual([0, 0]);
  const { labs } = lsSchema.parse((await around.json(['ls'])).document);
  expect(labs.filter(lab => lab.name === name)).toMatchObject([{ peers: 5, running: 5 }]);
  expect(processesOf(name)).toHaveLength(5);
  expect((await around.lab(['down', name])).status).toBe(0);
  expect(processesOf(name)).toEqual([]);
});

it('down while another process makes the lab: it is made and proven first, then removed', async () => {
  const name = uniqueName('turns');
  const up = around.start(['up', LINE, '--name', name, '--driver', 'local']);
  await up.printed('✔ peers');
  up.signal('SIGSTOP');
  const down = around.start(['down', name]);
  await down.printed(`is making ${name}: waiting until it is done`);
  up.signal('SIGCONT');
  expect([(await up.ended).status, (await down.ended).status]).toEqual([0, 0]);
  expect((await up.ended).stdout).toContain('4 claims proven');
  expect(processesOf(name)).toEqual([]);
});

describe('a local lab', () => {
  it('is listed', async () => {
    const { labs, silent } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs).toMatchObject([{ name: NAME, driver: 'local', peers: 5, running: 5, ephemeral: false }]);
    expect(silent).toEqual([]);
    const { stdout, stderr } = await around.lab(['ls']);
    expect(stdout).toMatch(new RegExp(`^${NAME}  local +5/5 `, 'm'));
    expect(stderr).toBe('');
  });

  it('is inspected', async () => {
    const { status, document } = await around.json(['inspect', NAME]);
    const lab = inspectSchema.parse(document);
    expect(status).toBe(0);
    expect(lab.peers.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(lab.links).toMatchObject({ drawn: 4, up: 4, faults: [] });
    expect((await around.lab(['inspect', NAME])).stdout).toContain(lab.peers[4]?.nodeId);
  });

  it('floods as far as the TTL allows', async () => {
    const { status, document } = await around.json(['broadcast', NAME, 'n1', 'hello', '--ttl', '2']);
    const message = messageSchema.parse(document);
    expect(status).toBe(0);
    expect(message.received.map(({ peer, hops }) => [peer, hops]).sort()).toEqual([
      ['n0', 1],
      ['n2', 1],
      ['n3', 2],
    ]);
    expect(message.frames).toBe(message.predictedFrames);
    const { stdout } = await around.lab(['broadcast', NAME, 'n1', '--ttl', '2', '--', '--hello']);
    expect(stdout).toContain('n1 reached 3 of 3 peers');
    expect(stdout).toMatch(/^ {2}hop {3}1 {2}(n0 n2|n2 n0)\n {2}hop {3}2 {2}n3$/m);
  });

  it('carries a direct message as far as its TTL, and says why not further', async () => {
    const near = messageSchema.parse((await around.json(['dm', NAME, 'n0', 'n4', 'hi', '--ttl', '4'])).document);
    expect(near.received).toMatchObject([{ peer: 'n4', hops: 4, from: 'n3' }]);
    const { status, stdout } = await around.lab(['dm', NAME, 'n0', 'n4', 'hi', '--ttl', '3']);
    expect(stdout).toContain('n0 to n4 did not arrive, as the graph predicts: the distance is 4');
    expect(status).toBe(0);
  });

  it('is watched, for people and for programs', async () => {
    const text = around.start(['watch', NAME]);
    const lines = around.start(['watch', NAME, '-f', 'json']);
    await Promise.all([text.printed('watching'), lines.printed('watching')]);
    await around.lab(['broadcast', NAME, 'n0', 'see \u001b[31m me\u202e\u009b']);
    await Promise.all([text.printed('n4  received'), lines.printed('"peer":"n4"')]);
    for (const run of [text, lines]) run.signal('SIGINT');
    const [shown, told] = await Promise.all([text.ended, lines.ended]);
    expect([shown.status, told.status]).toEqual([130, 130]);
    expect(shown.stdout).toContain('n4  received   broadcast of n0 at hop 4 from n3: "see \\x1b[31m me\\u202e\\x9b"');
    expect(told.stdout).not.toMatch(/[\u202e\u009b]/);
    const events = told.stdout
      .trim()
      .split('\n')
      .map(line => watchSchema.parse(JSON.parse(line)));
    expect(events.map(({ peer }) => peer).sort()).toEqual(['n1', 'n2', 'n3', 'n4']);
    for (const { event, names } of events) {
      expect(event).toMatchObject({ event: 'received', payload: 'see \u001b[31m me\u202e\u009b' });
      expect(Object.values(names)).toContain('n0');
    }
  });

  it('is watched copy by copy with --trace', async () => {
    const run = around.start(['watch', NAME, '--trace']);
    // A trace is on at every peer only a moment after the watching began: so messages are sent until one shows.
    let isTraced = false;
    const traced = run.printed('sent       that of').then(() => (isTraced = true));
    while (!isTraced) await around.lab(['broadcast', NAME, 'n0', 'trace me']);
    await traced;
    run.signal('SIGINT');
    expect((await run.ended).stdout).toMatch(/n1 {2}sent {7}that of n0 to n2, TTL \d+/);
  });

  it('stops watching when its reader has gone', async () => {
    const run = around.start(['watch', NAME]);
    await run.printed('watching');
    run.closeStdout();
    await around.lab(['broadcast', NAME, 'n0', 'anybody there?']);
    expect((await run.ended).status).toBe(0);
  });

  it('shows what its peers printed', async () => {
    await around.lab(['broadcast', NAME, 'n0', 'for the record']);
    const { lines } = logsSchema.parse((await around.json(['logs', NAME, 'n2', '--raw'])).document);
    expect(lines.some(({ kind }) => kind === 'reply')).toBe(true);
    expect(lines.every(({ peer }) => peer === 'n2')).toBe(true);
    const read = logsSchema.parse((await around.json(['logs', NAME, '--tail', '1'])).document).lines;
    expect(read.map(({ peer }) => peer)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(read[4]?.line).toContain('for the record');
    expect((await around.lab(['logs', NAME, 'n4', '--tail', '1'])).stdout).toContain(
      'at hop 4 from n3: "for the record"',
    );
  });

  it('follows what they print', async () => {
    const run = around.start(['logs', NAME, 'n3', '--follow', '--tail', '1']);
    await run.printed('received');
    await around.lab(['broadcast', NAME, 'n4', 'a new line']);
    await run.printed('a new line');
    run.signal('SIGTERM');
    const { status, stdout } = await run.ended;
    expect(status).toBe(130);
    expect(stdout.match(/a new line/g)).toHaveLength(1);
  });

  it('runs programs beside its peers, and ends as they do', async () => {
    const node = async (script: string, input = ''): Promise<Ended> =>
      await around.lab(['exec', NAME, 'n1', 'node', '-e', script], input);
    const print = 'console.log(process.env.PEERLAB_NAME); console.error("sad"); process.exitCode = 7';
    expect(await node(print)).toEqual({ status: 7, stdout: 'n1\n', stderr: 'sad\n' });
    expect((await node('process.stdin.pipe(process.stdout)', 'through')).stdout).toBe('through');
    expect((await node('process.kill(process.pid, "SIGKILL")')).status).toBe(128 + 9);
    const all = await around.lab(['exec', NAME, 'n3..n4,n0', '--', 'node', '-p', 'process.env.PEERLAB_NAME']);
    expect(all.status).toBe(0);
    expect(all.stdout.trim().split('\n').sort()).toEqual(['n0  n0', 'n3  n3', 'n4  n4']);
    const missing = await around.lab(['exec', NAME, 'n0', '--', 'no-such-program']);
    expect(missing).toMatchObject({ status: 127, stdout: '' });
    expect(missing.stderr).toContain('no-such-program: there is no such program on this machine');
  });

  it('tells of programs beside its peers as JSON', async () => {
    const words = ['-f', 'json', 'node', '-e', 'process.exitCode = process.env.PEERLAB_NAME === "n2" ? 5 : 0'];
    const { status, stdout } = await around.lab(['exec', NAME, 'n0,n2', ...words]);
    expect(status).toBe(5);
    const { runs } = execSchema.parse(JSON.parse(stdout));
    expect(runs.map(({ peer, status: own }) => [peer, own])).toEqual([
      ['n0', 0],
      ['n2', 5],
    ]);
  });

  it('ends a program beside a peer on Ctrl-C', async () => {
    const script = 'console.log("runs as", process.pid); setInterval(() => {}, 1e6)';
    const run = around.start(['exec', NAME, 'n0', '--', 'node', '-e', script]);
    const pid = Number(/runs as (\d+)/.exec(await run.printed('runs as'))?.[1]);
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('copies files from a peer and to one, and replaces none unasked', async () => {
    const folder = mkdtempSync(join(around.folder, 'cp-'));
    writeFileSync(join(folder, 'a'), 'text');
    const to = await around.json(['cp', NAME, join(folder, 'a'), `n1:${folder}/b`]);
    expect(cpSchema.parse(to.document)).toMatchObject({ peer: 'n1', to: `n1:${folder}/b`, leftOut: [] });
    expect((await around.lab(['cp', NAME, join(folder, 'a'), `n1:${folder}/b`])).status).toBe(2);
    expect((await around.lab(['cp', NAME, `n1:${folder}/b`, folder])).status).toBe(2);
    expect((await around.lab(['cp', NAME, `n1:${folder}/b`, folder, '--force'])).status).toBe(0);
    expect((await around.lab(['cp', NAME, `n1:${folder}/b`, join(folder, 'c')])).stdout).toContain('is copied to');
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('text');
    expect((await around.lab(['cp', NAME, `n1:${folder}/no`, join(folder, 'd')])).status).toBe(1);
    for (const words of [
      ['n0:/x', 'n1:/x'],
      ['/x', '/y'],
      ['n9:/x', folder],
    ]) {
      expect((await around.lab(['cp', NAME, ...words])).status).toBe(2);
    }
  });

  it('is completed: its name, and its peers', async () => {
    expect((await around.lab(['__complete', 'inspect', NAME.slice(0, 3)])).stdout.trim()).toBe(NAME);
    expect((await around.lab(['__complete', 'exec', NAME, 'n'])).stdout.trim().split('\n')).toHaveLength(5);
    // No message goes from a peer to itself.
    const targets = (await around.lab(['__complete', 'dm', NAME, 'n0', ''])).stdout.trim().split('\n');
    expect(targets).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  it('is drawn without its file', async () => {
    expect((await around.lab(['graph', NAME])).stdout).toContain(`${NAME}  5 peers · 4 links`);
  });

  it('is verified again, by name and check by check', async () => {
    const all = verifySchema.parse((await around.json(['verify', NAME])).document);
    expect(all.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['links', 'proven'],
      ['broadcast', 'proven'],
      ['ttl', 'proven'],
      ['dm', 'proven'],
    ]);
    const one = verifySchema.parse((await around.json(['verify', NAME, '--check', 'dm', '--check', 'ttl'])).document);
    expect(one.checks.map(({ name, verdict, reason }) => [name, verdict, reason])).toEqual([
      ['ttl', 'proven', undefined],
      ['dm', 'proven', undefined],
      ['links', 'not-proven', 'left out by --check'],
      ['broadcast', 'not-proven', 'left out by --check'],
    ]);
    expect([one.passed, one.verdict]).toEqual([true, 'not-proven']);
  });

  it('is repaired by up: a killed peer and its links come back, the others stay', async () => {
    const before = inspectSchema.parse((await around.json(['inspect', NAME])).document);
    const victim = before.peers[2]?.processId ?? 0;
    process.kill(victim, 'SIGKILL');
    const { status, document } = await around.json(['up', LINE, '--name', NAME]);
    const after = upSchema.parse(document);
    expect([status, after.passed, after.driver]).toEqual([0, true, 'local']);
    const processes = after.peers.map(({ processId }) => processId);
    expect(processes[2]).not.toBe(victim);
    expect(processes.filter((_, i) => i !== 2)).toEqual(
      before.peers.map(({ processId }) => processId).filter((_, i) => i !== 2),
    );
  });

  it('tells of what is broken: inspect ends in 1', async () => {
    const victim = inspectSchema.parse((await around.json(['inspect', NAME])).document).peers[0]?.processId ?? 0;
    process.kill(victim, 'SIGKILL');
    // The lab learns of it in its own time; what is asked for is that it does.
    let status: number | null = 0;
    while (status === 0) ({ status } = await around.json(['inspect', NAME]));
    expect(status).toBe(1);
    expect((await around.lab(['inspect', NAME])).stdout).toMatch(/^n0 .+ stopped /m);
    expect((await around.json(['up', LINE, '--name', NAME])).status).toBe(0);
  });

  it('does not give its name to another topology', async () => {
    const { status, stderr } = await around.lab(['up', 'topologies/star-20.yaml', '--name', NAME]);
    expect(stderr).toContain(`lab down ${NAME}`);
    expect(status).toBe(2);
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toMatchObject([{ name: NAME, running: 5 }]);
  });

  it('runs beside another one; each goes alone, by name or by file', async () => {
    const file = join(around.folder, 'other.yaml');
    const other = uniqueName('other');
    writeFileSync(file, `name: ${other}\npeers: [ann, ben]\nlinks: [[ann, ben]]\n`);
    expect((await around.lab(['up', file])).stdout).toContain(`${other} is up; `);
    const message = messageSchema.parse((await around.json(['broadcast', other, 'ann', 'only us'])).document);
    expect(message.received.map(({ peer }) => peer)).toEqual(['ben']);
    const { removed } = downSchema.parse((await around.json(['down', file])).document);
    expect(removed).toEqual([{ lab: other, driver: 'local', peers: 2 }]);
    expect(processesOf(other)).toEqual([]);
    expect(processesOf(NAME)).toHaveLength(5);
    const { status, stderr } = await around.lab(['inspect', `${NAME}x`]);
    expect(stderr).toContain(`did you mean "${NAME}"?`);
    expect(status).toBe(2);
  });

  it('is known to doctor, which takes the local driver here', async () => {
    const { status, document } = await around.json(['doctor']);
    const { ok, driver, findings } = doctorSchema.parse(document);
    expect([status, ok, driver]).toEqual([0, true, 'local']);
    expect(findings.find(({ what }) => what === 'labs')?.detail).toContain(`${NAME} 5/5`);
  });

  it('goes away without a trace', async () => {
    const watching = around.start(['watch', NAME]);
    await watching.printed('watching');
    const { status, stdout } = await around.lab(['down', NAME]);
    expect(await watching.ended).toMatchObject({ status: 0, stderr: expect.stringContaining(`${NAME} is gone`) });
    expect(stdout).toContain(`${NAME} is gone: 5 peers`);
    expect(status).toBe(0);
    expect(processesOf(NAME)).toEqual([]);
    expect((await around.lab(['ls'])).stdout).toContain('there are no labs');
    expect((await around.lab(['down', NAME])).status).toBe(2);
  });
});
