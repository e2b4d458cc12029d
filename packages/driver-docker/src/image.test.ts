import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elfInterpreter } from './elf-interpreter.ts';
import { elfObjects } from './elf-objects.ts';
import { engineArchitecture, hostRuntime, NODE_IN_IMAGE, NODE_LIBRARIES } from './host-runtime.ts';
import { imageRecipe } from './image.ts';
import { withDefaults } from './options.ts';
import { planProgram } from './program-image.ts';

let directory = '';
let bundle = '';
let dockerfile = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'image-'));
  bundle = join(directory, 'peer.mjs');
  dockerfile = join(directory, 'Dockerfile');
  writeFileSync(bundle, 'console.log(1)');
  writeFileSync(dockerfile, 'FROM node:20-slim\nCOPY dist/peer.mjs /peer.mjs\n');
});

afterAll(() => rmSync(directory, { recursive: true }));

const here = { osType: 'linux', architecture: engineArchitecture()?.[0] ?? '', memoryBytes: 0, cores: 1 };
const elsewhere = { osType: 'linux', architecture: 'another', memoryBytes: 0, cores: 1 };
const runtime = {
  files: [{ name: 'usr/local/bin/node', mode: 0o755, source: { text: 'node' } }],
  fingerprint: 'one',
};
const settings = (over: { image?: string; version?: string } = {}) =>
  withDefaults({ peerBundle: bundle, version: '1.0.0', dockerfile, image: 'auto', ...over });

describe('the image', () => {
  test('has a tag that changes with the bundle and with the runtime, and with nothing else', () => {
    const tag = imageRecipe(settings(), here, runtime).tag;
    expect(tag).toMatch(/^[0-9a-f]{12}$/);
    expect(imageRecipe(settings(), here, runtime).tag).toBe(tag);
    expect(imageRecipe(settings({ version: '2.0.0' }), here, runtime).tag).toBe(tag);
    expect(imageRecipe(settings(), here, { ...runtime, fingerprint: 'two' }).tag).not.toBe(tag);
    writeFileSync(bundle, 'console.log(2)');
    expect(imageRecipe(settings(), here, runtime).tag).not.toBe(tag);
  });

  test('comes from the runtime where that runs in the engine, else from the Dockerfile', () => {
    expect(imageRecipe(settings(), here, runtime).origin).toContain('Node runtime');
    expect(imageRecipe(settings(), elsewhere, runtime).origin).toBe('its Dockerfile');
    expect(imageRecipe(settings({ image: 'dockerfile' }), here, runtime).origin).toBe('its Dockerfile');
  });

  test('runs as a user that is not root', () => {
    expect(imageRecipe(settings(), here, runtime).changes).toContain('USER 65532:65532');
  });

  test('of the runtime is refused where it cannot run', () => {
    expect(() => imageRecipe(settings({ image: 'host-runtime' }), elsewhere, runtime)).toThrow(
      /cannot run in the engine/,
    );
  });

  test('without a bundle is refused with the way to make one', () => {
    const missing = { ...settings(), peerBundle: join(directory, 'missing.mjs') };
    expect(() => imageRecipe(missing, here, runtime)).toThrow(/cannot be read/);
  });
});

describe.runIf(process.platform === 'linux')('the runtime of this process', () => {
  test('has the program, its loader and its C library', () => {
    const names = (hostRuntime()?.files ?? []).map(file => `/${file.name}`);
    expect(names).toContain(NODE_IN_IMAGE);
    const loader = elfInterpreter(process.execPath);
    if (loader !== undefined) expect(names).toContain(loader);
    expect(names.some(name => /\/libc(\.musl.*)?\.so/.test(name))).toBe(true);
  });

  test('has nothing else that this process has loaded, such as native modules of its packages', () => {
    const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
    // Vitest has loaded one: without it this would show nothing.
    expect(sharedObjects.filter(path => path.endsWith('.node'))).not.toEqual([]);
    const program = realpathSync(process.execPath);
    const needed = new Set([program, ...elfObjects(program).map(({ path }) => realpathSync(path))]);
    const strangers = (hostRuntime()?.files ?? [])
      .map(({ source }) => (typeof source === 'object' && 'path' in source ? source.path : ''))
      .filter(path => !needed.has(path) && !/\/lib(nss_files|nss_dns|resolv)[.-]/.test(path));
    expect(strangers).toEqual([]);
  });

  test('is searched in a folder of the image, and in none of this machine', () => {
    const names = (hostRuntime()?.files ?? []).map(file => `/${file.name}`);
    const loader = elfInterpreter(process.execPath) ?? '';
    expect(names.filter(name => !name.startsWith(`${NODE_LIBRARIES}/`)).sort()).toEqual([loader, NODE_IN_IMAGE].sort());
    const { changes = [] } = imageRecipe(settings({ image: 'host-runtime' }), here);
    expect(changes).toContain(`ENV LD_LIBRARY_PATH=${NODE_LIBRARIES}`);
  });

  test('a file that is no ELF program has no loader', () => {
    expect(statSync(dockerfile).size).toBeGreaterThan(0);
    expect(elfInterpreter(dockerfile)).toBeUndefined();
  });
});

describe('a program in place of the node', () => {
  test('has its files put into the image and Node found there', () => {
    expect(planProgram([process.execPath, bundle, '--flag', '/not/here'])).toEqual({
      entrypoint: ['node', '/program/1-peer.mjs', '--flag', '/not/here'],
      files: [{ path: bundle, target: '/program/1-peer.mjs' }],
    });
  });
});
