/** Drivers by name: of the list, and of packages that others wrote. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRIVER_CONTRACT } from '@peerlab/driver';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { driverModule, lastingModules } from './driver-module.ts';
import { DRIVER_NAMES, DRIVERS } from './list.ts';
import { outsideDriverNames } from './outside-drivers.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerlab-drivers-'));
const inside = join(folder, 'deep', 'er');
mkdirSync(inside, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Installs a package of somebody else's. */
function install(name: string, code: string): void {
  const at = join(folder, 'node_modules', name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
  writeFileSync(join(at, 'index.js'), code);
}

/** A module as a package has it. @param changes members in place of the right ones */
const moduleText = (
  name: string,
  changes = '',
): string => `export default { contract: ${DRIVER_CONTRACT}, name: '${name}',
  describe: 'for a test', isOfOneProcess: false, steps: ['peers'], create: ({ version }) => ({ name: '${name}', version }),
  whyNotCarry: () => undefined, ${changes} };`;

install('peerlab-driver-moon', moduleText('moon'));
install('peerlab-driver-misnamed', moduleText('other'));
install('peerlab-driver-empty', '');
install('peerlab-driver-broken', "throw new Error('it rains');");
install('peerlab-driver-named', moduleText('named').replace('export default', 'export const driverModule ='));
install('peerlab-driver-newer', moduleText('newer', `contract: ${DRIVER_CONTRACT + 1}`));
install('peerlab-driver-versionless', moduleText('versionless', 'contract: undefined'));
install('peerlab-driver-formless', moduleText('formless', "create: 'later'"));
install('peerlab-driver-entryless', '');
writeFileSync(
  join(folder, 'node_modules/peerlab-driver-entryless/package.json'),
  JSON.stringify({ name: 'peerlab-driver-entryless', exports: { browser: './index.js' } }),
);
install('unrelated', '');

describe('the list', () => {
  it.each(DRIVER_NAMES)('%s leads to a module of that name, which says of labs what the list says', async name => {
    const module = await driverModule(name);
    expect(module.name).toBe(name);
    expect(module.isOfOneProcess).toBe(DRIVERS.get(name)?.lasts === false);
    expect(module.steps.at(-1)).toBe('peers');
    expect(module.create({ peerProgram: '/nowhere/peer.mjs', version: '0.0.0' }).name).toBe(name);
  });

  it('tells why a million peers cannot run, where they cannot', async () => {
    const texts = await Promise.all(DRIVER_NAMES.map(async name => (await driverModule(name)).whyNotCarry(1e6)));
    expect(texts).toEqual([
      'as containers, because one network bridge carries 1,000',
      expect.stringMatching(/^as processes, because they would take [\d,]+ GiB of memory$/),
      undefined,
    ]);
    expect((await driverModule('docker')).whyNotCarry(20)).toBeUndefined();
    expect((await driverModule('local')).whyNotCarry(2)).toBeUndefined();
  });

  it('is asked for labs where labs last, with what PEERLAB_DRIVERS names after it', async () => {
    expect((await lastingModules(inside)).map(({ name }) => name)).toEqual(['docker', 'local']);
    vi.stubEnv('PEERLAB_DRIVERS', ' moon, local,simulation');
    expect((await lastingModules(inside)).map(({ name }) => name)).toEqual(['docker', 'local', 'moon']);
    vi.stubEnv('PEERLAB_DRIVERS', 'moon,-docker');
    expect((await lastingModules(inside)).map(({ name }) => name)).toEqual(['local', 'moon']);
    vi.stubEnv('PEERLAB_DRIVERS', 'mars');
    await expect(lastingModules(inside)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('a driver from outside', () => {
  it('is found by name from a folder below', async () => {
    const module = await driverModule('moon', inside);
    expect(module.create({ peerProgram: '', version: '1.2.3' })).toEqual({ name: 'moon', version: '1.2.3' });
    expect(outsideDriverNames(inside)).toEqual(expect.arrayContaining(['broken', 'empty', 'misnamed', 'moon']));
    expect(outsideDriverNames(join(folder, '..'))).not.toContain('moon');
  });

  it.each([
    ['mars', /^there is no driver "mars", and no package peerlab-driver-mars for /],
    ['misnamed', /^peerlab-driver-misnamed is the driver "other", not "misnamed"$/],
    ['empty', /^peerlab-driver-empty has no driver as its default export$/],
    ['named', /^peerlab-driver-named has no driver as its default export$/],
    ['newer', /^peerlab-driver-newer is written for version 2 of the driver interface; this Peerlab has version 1$/],
    ['versionless', /^peerlab-driver-versionless is written for no version of the driver interface/],
    ['formless', /^peerlab-driver-formless is no driver: its "create" must be a function, not string$/],
    ['entryless', /^peerlab-driver-entryless has no entry: its package\.json leads to none$/],
    ['../unrelated', /^there is no driver "\.\.\/unrelated"/],
    ['broken', /^peerlab-driver-broken cannot be loaded: it rains$/],
    ['__proto__', /^there is no driver "__proto__"/],
  ])('%s is refused with the reason', async (name, reason) => {
    await expect(driverModule(name, inside)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringMatching(reason),
    });
  });
});
