/** A command of this machine in a container: what goes into the image, and under which path. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostProgram } from './host-program.ts';
import { NODE_IN_IMAGE } from './host-runtime.ts';
import { fingerprint, kindFiles } from './kind-files.ts';

let folder: string;
let outside: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kind-'));
  outside = mkdtempSync(join(tmpdir(), 'kind-'));
  mkdirSync(join(folder, 'lib', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'peer.js'), '');
  writeFileSync(join(folder, 'lib', 'a.txt'), 'a');
  writeFileSync(join(folder, 'lib', 'deep', 'b.txt'), 'b');
  writeFileSync(join(outside, 'other.js'), '');
  writeFileSync(join(folder, 'peer.sh'), '#!/bin/sh -e\nexit 0\n');
  chmodSync(join(folder, 'peer.sh'), 0o755);
  writeFileSync(join(folder, 'script'), '#!/usr/bin/env node\n');
});

afterAll(() => {
  for (const made of [folder, outside]) rmSync(made, { recursive: true });
});

describe.runIf(process.platform === 'linux')('a command line', () => {
  test('of Node takes the Node of the image, and the files of the folder under their own paths', () => {
    expect(hostProgram(['node', 'peer.js', '--port', 'x', 'lib'], folder)).toEqual({
      entrypoint: [NODE_IN_IMAGE, 'peer.js', '--port', 'x', 'lib'],
      files: [{ path: join(folder, 'peer.js'), target: '/peer/peer.js' }],
      hasLibraries: false,
    });
  });

  test('with a file of elsewhere gives that a place', () => {
    const { entrypoint, files } = hostProgram(['node', join(outside, 'other.js')], folder);
    expect(entrypoint).toEqual([NODE_IN_IMAGE, '/program/1-other.js']);
    expect(files).toEqual([{ path: join(outside, 'other.js'), target: '/program/1-other.js' }]);
  });

  test('of a script takes the interpreter of its first line, with its loader and its C library', () => {
    const { entrypoint, files, hasLibraries } = hostProgram(['./peer.sh', '5'], folder);
    expect(entrypoint).toEqual(['/bin/sh', '-e', '/peer/peer.sh', '5']);
    const targets = files.map(({ target }) => target);
    expect(targets).toContain('/bin/sh');
    expect(targets.some(target => /\/libc(\.musl.*)?\.so/.test(target))).toBe(true);
    expect(hasLibraries).toBe(true);
    expect(hostProgram(['./script'], folder).entrypoint).toEqual([NODE_IN_IMAGE, '/peer/script']);
  });

  test('of a program that is not there is refused', () => {
    expect(() => hostProgram(['no-such-program'], folder)).toThrow('there is no program no-such-program');
    expect(() => hostProgram(['./nothing'], folder)).toThrow('there is no program ./nothing');
  });
});

describe('files of a kind', () => {
  test('are taken apart, each with its place', () => {
    expect(kindFiles({ name: 'k', folder, files: [{ from: 'lib' }, { from: 'peer.js', to: '/opt/p.js' }] })).toEqual([
      { path: join(folder, 'lib', 'a.txt'), target: 'lib/a.txt' },
      { path: join(folder, 'lib', 'deep', 'b.txt'), target: 'lib/deep/b.txt' },
      { path: join(folder, 'peer.js'), target: '/opt/p.js' },
    ]);
  });

  test('that are not there, or have no place, are refused', () => {
    expect(() => kindFiles({ name: 'k', folder, files: [{ from: 'nothing' }] })).toThrow(
      'the kind k: there is no nothing',
    );
    expect(() => kindFiles({ name: 'k', folder, files: [{ from: outside }] })).toThrow(
      "is not in the topology file's folder",
    );
  });

  test('are known by what is in them', () => {
    const files = [{ path: join(folder, 'lib', 'a.txt'), target: 'a' }];
    const before = fingerprint(files);
    writeFileSync(join(folder, 'lib', 'a.txt'), 'changed');
    expect(fingerprint(files)).not.toBe(before);
  });
});
