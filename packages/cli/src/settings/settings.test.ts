import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from './load-settings.ts';
import { settingsPath } from './settings-path.ts';
import { settingsSchema } from './settings-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerlab-settings-'));
const file = join(folder, 'settings.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const load = async (text: string) => {
  writeFileSync(file, text);
  return await loadSettings({ PEERLAB_SETTINGS: file });
};

describe('the path', () => {
  it.each([
    [{ PEERLAB_SETTINGS: 'my.yaml', XDG_CONFIG_HOME: '/x', HOME: '/h' }, 'my.yaml'],
    [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, '/x/peerlab/settings.yaml'],
    [{ HOME: '/h' }, '/h/.config/peerlab/settings.yaml'],
  ])('%j', (env, path) => expect(settingsPath(env)).toBe(path));
});

describe('the file', () => {
  it('names engines in its order, short or with weight and address', async () => {
    const text =
      'engines:\n  b: ssh://user@host\n  10: unix:///a\n  a: { endpoint: context:lab-3, weight: 2.5, address: 10.0.0.4 }\n';
    expect(settingsSchema.safeParse(parse(text)).error).toBeUndefined();
    expect(await load(text)).toEqual({
      engines: [
        { name: 'b', endpoint: 'ssh://user@host' },
        { name: '10', endpoint: 'unix:///a' },
        { name: 'a', endpoint: 'context:lab-3', weight: 2.5, address: '10.0.0.4' },
      ],
    });
  });

  it('may be empty, and may be missing unless it was named', async () => {
    expect(await load('# engines:\n---\n')).toEqual({ engines: [] });
    expect(await loadSettings({ XDG_CONFIG_HOME: join(folder, 'none') })).toEqual({ engines: [] });
    await expect(loadSettings({ PEERLAB_SETTINGS: join(folder, 'none') })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('there is no such file'),
    });
  });

  it.each([
    ['engins: {}', '1:1 engins: unknown key "engins"; did you mean "engines"?'],
    ['engines: [a]', '1:10 engines: must be a map of names; such as engines: {'],
    ['- a', '1:1: must be a map; such as engines: { a: unix:///var/run/docker.sock }'],
    ['engines:\n  a: 5', '2:6 engines.a: must be an endpoint, or a map with one; such as ssh://user@host'],
    [
      'engines:\n  a: { wieght: 2, endpoint: "unix:///a" }',
      '2:8 engines.a.wieght: unknown key "wieght"; did you mean "weight"?',
    ],
    ['engines:\n  a: { weight: -1, endpoint: "unix:///a" }', '2:16 engines.a.weight: must be a number from 0'],
    ['engines:\n  a: { address: host, endpoint: "unix:///a" }', '2:17 engines.a.address: must be an IPv4 address'],
    ['engines:\n  a: { weight: 1 }', '2:6 engines.a.endpoint: is missing; such as endpoint: ssh://user@host'],
    ['engines:\n  A_B: unix:///a', '2:3 engines.A_B: '],
  ])('%j is refused with its place, and by the schema', async (text, problem) => {
    expect(settingsSchema.safeParse(parse(text)).success).toBe(false);
    await expect(load(text)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${file}:${problem}`),
    });
  });

  it('tells every problem', async () => {
    const wrong = load('engines:\n  a: {}\n  b: 5\n');
    await expect(wrong).rejects.toMatchObject({ message: expect.stringMatching(/:2:6 .*\n.*:3:6 /) });
  });
});
