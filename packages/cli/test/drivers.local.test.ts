/** Drivers from packages: the example's, whose labs end with the command, and one whose labs stay. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

/** The folder of a user's project, with the packages that they installed. */
const folder = join(around.folder, 'project');
mkdirSync(join(folder, 'node_modules'), { recursive: true });
symlinkSync(join(ROOT, 'examples/driver'), join(folder, 'node_modules/peerlab-driver-children'));
writeFileSync(join(folder, 'three.yaml'), 'topology: { generator: ring, peers: 3 }\n');

/** Local processes under another name and in another place: a driver whose labs outlive a command. */
const PORCH = `
import { createLocalDriver } from ${JSON.stringify(pathToFileURL(join(ROOT, 'packages/driver-local/dist/index.js')).href)};
const named = lab => lab && new Proxy(lab, { get: (_, key) => {
  if (key === 'driver') return 'porch';
  const value = Reflect.get(lab, key);
  return typeof value === 'function' ? value.bind(lab) : value;
} });
function create({ peerProgram }) {
  const runtimeDirectory = ${JSON.stringify(join(around.folder, 'porch'))};
  const driver = createLocalDriver({ peerProgram: [process.execPath, peerProgram], runtimeDirectory });
  return {
    name: 'porch',
    probe: () => driver.probe(),
    claim: (name, options) => driver.claim(name, options),
    up: async (plan, context) => named(await driver.up(plan, context)),
    find: async name => named(await driver.find(name)),
    list: async () => (await driver.list()).map(lab => ({ ...lab, driver: 'porch' })),
    leftovers: () => driver.leftovers(),
    removeLeftover: leftover => driver.removeLeftover(leftover),
  };
}
export default { contract: 1, name: 'porch', describe: 'processes on the porch', isOfOneProcess: false, steps: ['network', 'peers'],
  create, whyNotCarry: () => undefined };
`;
const porch = join(around.folder, 'porch-package');
mkdirSync(porch);
symlinkSync(porch, join(folder, 'node_modules/peerlab-driver-porch'));
writeFileSync(join(porch, 'package.json'), JSON.stringify({ name: 'peerlab-driver-porch', exports: './index.mjs' }));
writeFileSync(join(porch, 'index.mjs'), PORCH);

const lab = async (words: string) => await around.labIn(folder, words.split(' '));

describe('the driver of examples/driver, by its name', () => {
  it('proves a lab and removes it, and tests one', async () => {
    const up = await lab('up three.yaml --driver children');
    expect([up.status, up.stdout]).toEqual([0, expect.stringContaining('6 of 6, each once')]);
    expect(up.stderr).toContain('driver children: peers are child processes of this one');
    expect(await lab('test three.yaml --driver children')).toMatchObject({ status: 0 });
  });

  it('has no labs that another command could find', async () => {
    const { status, stderr } = await lab('ls --driver children');
    expect([status, stderr]).toEqual([2, expect.stringContaining('its labs end with the command that made them')]);
  });
});

describe('a driver whose labs stay', () => {
  it('is asked for its labs only by name: ls, inspect, verify, down', async () => {
    expect(await lab('up three.yaml --driver porch')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('driver porch'),
    });
    expect((await lab('ls')).stdout).toContain('there are no labs');
    const unnamed = await lab('inspect three');
    expect([unnamed.status, unnamed.stderr]).toEqual([2, expect.stringContaining('--driver porch')]);
    expect((await lab('ls --driver porch')).stdout).toMatch(/three +porch +3\/3/);
    expect((await lab('ls --driver local')).stdout).toContain('there are no labs');
    expect(await lab('inspect three --driver porch')).toMatchObject({ status: 0 });
    expect(await lab('verify three --driver porch')).toMatchObject({ status: 0 });
    expect((await lab('down three --driver porch')).stdout).toContain('three is gone');
    expect((await lab('prune --dry-run --driver porch')).stdout).toContain('no leftovers');
  });

  it('that is not installed is refused before anything is done', async () => {
    const { status, stderr } = await around.lab(['ls', '--driver', 'porch']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/--driver "?porch"?: not one of/)]);
    expect(stderr).toContain('npm install peerlab-driver-porch');
    const evil = await around.lab(['ls', '--driver', '../porch']);
    expect([evil.status, evil.stderr]).toEqual([2, expect.not.stringContaining('npm install')]);
  });
});
