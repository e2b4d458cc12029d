/** What a program needs, as its loader lists it, whatever the folders of this machine are called. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { elfInterpreter } from './elf-interpreter.ts';
import { elfObjects, listedObjects, placeOfObject } from './elf-objects.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'elf-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('what a loader lists', () => {
  test('is taken with spaces, quotes, dollars and letters of any language in its folders', () => {
    const listed = [
      '\tlinux-vdso.so.1 (0x00007ffc2b5f2000)',
      '\tlibnode.so.127 => /home/a b/$x"\'ü/libnode.so.127 (0x00007f6b2b000000)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f6b2af20000)',
      '\tlibgone.so.1 => not found',
      '\t/opt/c d/libfixed.so (0x00007f6b2ae00000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f6b30d4f000)',
    ];
    expect(listedObjects(listed.join('\n'))).toEqual([
      { name: 'libnode.so.127', path: '/home/a b/$x"\'ü/libnode.so.127' },
      { name: 'libm.so.6', path: '/lib/x86_64-linux-gnu/libm.so.6' },
      { name: '/opt/c d/libfixed.so', path: '/opt/c d/libfixed.so' },
      { name: '/lib64/ld-linux-x86-64.so.2', path: '/lib64/ld-linux-x86-64.so.2' },
    ]);
  });

  test('goes into one folder, except what is asked for by its path', () => {
    expect(placeOfObject({ name: 'libm.so.6', path: '/home/a b/libm.so.6' }, '/lib/own')).toBe('/lib/own/libm.so.6');
    expect(placeOfObject({ name: '/lib64/ld.so', path: '/lib64/ld.so' }, '/lib/own')).toBe('/lib64/ld.so');
  });
});

describe.runIf(process.platform === 'linux')('a program', () => {
  test('needs nothing that only this process is made to load', () => {
    const shell = '/bin/sh';
    const needed = elfObjects(shell);
    const other = elfObjects(process.execPath).find(({ name }) => needed.every(object => object.name !== name));
    if (other === undefined) throw new Error('Node needs no more than a shell here');
    vi.stubEnv('LD_PRELOAD', other.path);
    try {
      expect(elfObjects(shell)).toEqual(needed);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('is looked into wherever it is', () => {
    const place = join(folder, 'a "b" $c\nd');
    mkdirSync(place);
    copyFileSync('/bin/sh', join(place, 'sh'));
    expect(elfObjects(join(place, 'sh'))).toEqual(elfObjects('/bin/sh'));
  });
});

describe('the loader of a program', () => {
  /** A file of 32 or 64 bits that names a loader, and nothing else. */
  function program(bits: 32 | 64, isLittle: boolean): string {
    const file = Buffer.alloc(256);
    const put = (value: number, at: number, bytes: 2 | 4 | 8): void => {
      const number = Buffer.alloc(bytes);
      if (isLittle) number.writeUIntLE(value, 0, Math.min(bytes, 6));
      else number.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
      number.copy(file, at);
    };
    file.write('\x7fELF', 0, 'latin1');
    file[4] = bits === 64 ? 2 : 1;
    file[5] = isLittle ? 1 : 2;
    const size = bits === 64 ? 8 : 4;
    put(64, bits === 64 ? 32 : 28, size);
    put(bits === 64 ? 56 : 32, bits === 64 ? 54 : 42, 2);
    put(1, bits === 64 ? 56 : 44, 2);
    put(3, 64, 4);
    put(200, 64 + (bits === 64 ? 8 : 4), size);
    put(12, 64 + (bits === 64 ? 32 : 16), size);
    file.write('/lib/ld.so\0', 200);
    const path = join(folder, `${bits}-${isLittle}`);
    writeFileSync(path, file);
    return path;
  }

  test.each([
    [32, true],
    [32, false],
    [64, true],
    [64, false],
  ] as const)('is read from %i bits, little-endian: %s', (bits, isLittle) => {
    expect(elfInterpreter(program(bits, isLittle))).toBe('/lib/ld.so');
  });

  test.each([
    ['an empty file', ''],
    ['a script', '#!/bin/sh\n'],
    ['a file that is cut off', '\x7fELF\x02\x01'],
  ])('is none for %s', (_, text) => {
    const path = join(folder, 'other');
    writeFileSync(path, text, 'latin1');
    expect(elfInterpreter(path)).toBeUndefined();
  });
});
