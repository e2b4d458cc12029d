/** `lab record` and `up --record` on a local lab: what is in the file is what happened. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from '@peerlab/trace';
import { afterAll, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
const NAME = uniqueName('recorded');
const LINE = 'topologies/line-5.yaml';

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

it('keeps a lab from its first link to its last check, and a running one until it is stopped', async () => {
  const first = join(around.folder, 'first.jsonl');
  const { status, stderr } = await around.lab(['up', LINE, '--name', NAME, '--driver', 'local', '--record', first]);
  expect([status, stderr]).toEqual([0, expect.stringContaining(`events in ${first}`)]);
  const begun = readTrace(readFileSync(first, 'utf8'));
  expect([begun.header.lab, begun.header.clock, begun.header.linksUp, begun.cutOff]).toEqual([
    NAME,
    'wall',
    [],
    undefined,
  ]);
  expect(begun.events.filter(({ event }) => event === 'link-up')).toHaveLength(8);
  expect(begun.events.filter(({ event }) => event === 'check')).toHaveLength(4);

  const second = join(around.folder, 'second.jsonl');
  const run = around.start(['record', NAME, '-o', second]);
  await run.printed('recording');
  await around.lab(['broadcast', NAME, 'n1', 'for the record', '--ttl', '2']);
  // What others do to the links is told as well: a partition, and its end.
  const told = async (text: string): Promise<void> =>
    await expect.poll(() => readFileSync(second, 'utf8'), { timeout: 20_000, message: text }).toContain(text);
  await around.lab(['fault', 'partition', NAME, 'n0,n1']);
  await told('"text":"n1-n2 cut by another command","links":[["n1","n2"]]');
  await around.lab(['fault', 'heal', NAME]);
  await told('"event":"heal","text":"n1-n2 restored by another command"');
  run.signal('SIGINT');
  expect((await run.ended).status).toBe(130);
  const { header, events, cutOff } = readTrace(readFileSync(second, 'utf8'));
  expect([header.linksUp.length, cutOff]).toEqual([4, undefined]);
  const ups = events.filter(({ event }) => event === 'link-down' || event === 'link-up').map(({ event }) => event);
  expect(ups).toEqual(['link-down', 'link-down', 'link-up', 'link-up']);
  const received = events.flatMap(event => (event.event === 'received' ? [`${event.by} ${event.hops}`] : []));
  expect(received.sort()).toEqual(['n0 1', 'n2 1', 'n3 2']);
  expect(events.some(event => event.event === 'expired' && event.by === 'n3')).toBe(true);
});

it('keeps a lab that is tested, with what its scenario did to it', async () => {
  const file = join(around.folder, 'tested.jsonl');
  const scenario = join(around.folder, 'tested.yaml');
  const steps = ['broadcast: n0', 'fault: { kill: n4 }', 'checks: [broadcast]', 'heal:'].map(step => `  - ${step}\n`);
  writeFileSync(scenario, `topology: { generator: ring, peers: 6 }\nscenario:\n${steps.join('')}`);
  const { status, stderr } = await around.lab(['test', scenario, '--driver', 'simulation', '--record', file]);
  expect([status, stderr]).toEqual([0, expect.stringContaining(`lab replay ${file}`)]);
  const { events, cutOff } = readTrace(readFileSync(file, 'utf8'));
  const kinds = events.map(({ event }) => event);
  expect([cutOff, ...['sent', 'fault', 'check', 'heal'].map(kind => kinds.includes(kind as 'check'))]).toEqual([
    undefined,
    true,
    true,
    true,
    true,
  ]);
  const told = events.find(({ event }) => event === 'message');
  expect(told).toMatchObject({
    from: 'n0',
    missed: [],
    frames: 7,
    predictedFrames: 7,
    verdict: 'proven',
    explanations: [],
  });
  expect(told).toHaveProperty('due.length', 5);
  const whole = readFileSync(file, 'utf8').trimEnd().split('\n');
  const cut = join(around.folder, 'cut.jsonl');
  writeFileSync(cut, `${whole.slice(0, 40).join('\n')}\n`);
  const drawn = await around.lab(['export', cut, '--svg', join(around.folder, 'cut.svg')]);
  expect([drawn.status, drawn.stderr]).toEqual([
    0,
    expect.stringContaining('the recording was cut off after 39 events'),
  ]);
  const two = await around.lab(['test', scenario, LINE, '--driver', 'simulation', '--record', file]);
  expect([two.status, two.stderr]).toEqual([2, expect.stringContaining('--record takes one lab')]);
});

it('says what is wrong with the file', async () => {
  const { status, stderr } = await around.lab(['up', LINE, '--driver', 'simulation', '--record', around.folder]);
  expect([status, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
});
