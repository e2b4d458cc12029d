import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOutput, requireNewFile, writeOutput } from './output-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const KEEP = { force: false };
const FORCE = { force: true };

describe('a file that exists', () => {
  beforeEach(() => writeFileSync(at('mine'), 'precious'));

  test('is not replaced, and is told before the work and at its end', () => {
    expect(() => requireNewFile(at('mine'), KEEP)).toThrow('mine already exists');
    expect(() => writeOutput(at('mine'), 'new', KEEP)).toThrow('mine already exists');
    expect(() => openOutput(at('mine'), KEEP)).toThrow('mine already exists');
    expect(readFileSync(at('mine'), 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual(['mine']);
  });

  test('is replaced on request, and nothing else is left', () => {
    requireNewFile(at('mine'), FORCE);
    writeOutput(at('mine'), 'new', FORCE);
    expect(readFileSync(at('mine'), 'utf8')).toBe('new');
    const file = openOutput(at('mine'), FORCE);
    writeSync(file.descriptor, 'newer');
    closeSync(file.descriptor);
    expect(readFileSync(at('mine'), 'utf8')).toBe('newer');
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});

describe('a symbolic link', () => {
  test('is not followed: neither to a file, nor to nothing', () => {
    writeFileSync(at('mine'), 'precious');
    symlinkSync(at('mine'), at('link'));
    symlinkSync(at('nowhere'), at('dangling'));
    for (const name of ['link', 'dangling']) {
      expect(() => requireNewFile(at(name), KEEP)).toThrow('already exists');
      expect(() => writeOutput(at(name), 'new', KEEP)).toThrow('already exists');
      expect(() => openOutput(at(name), KEEP)).toThrow('already exists');
      writeOutput(at(name), 'new', FORCE);
      expect(readFileSync(at(name), 'utf8')).toBe('new');
    }
    expect(readFileSync(at('mine'), 'utf8')).toBe('precious');
    expect(existsSync(at('nowhere'))).toBe(false);
  });
});

test('a folder is refused, also on request, and stays', () => {
  mkdirSync(at('folder'));
  writeFileSync(at('folder/mine'), 'precious');
  expect(() => requireNewFile(at('folder'), FORCE)).toThrow('it is a folder');
  expect(() => writeOutput(at('folder'), 'new', FORCE)).toThrow('it is a folder');
  expect(readFileSync(at('folder/mine'), 'utf8')).toBe('precious');
  expect(readdirSync(folder)).toEqual(['folder']);
});

test('a device is written to', () => {
  requireNewFile('/dev/null', KEEP);
  writeOutput('/dev/null', 'new', KEEP);
  writeOutput('/dev/null', 'new', FORCE);
});

test('what could not be written in full is not left', () => {
  expect(() => writeOutput('/dev/full', 'new', KEEP)).toThrow('cannot be written');
  const file = openOutput(at('new'), KEEP);
  file.discard();
  expect(existsSync(at('new'))).toBe(false);
  rmSync(at('new'), { force: true });
  const other = openOutput(at('new'), KEEP);
  rmSync(at('new'));
  writeFileSync(at('new'), 'of somebody else');
  other.discard();
  expect(readFileSync(at('new'), 'utf8')).toBe('of somebody else');
  for (const { descriptor } of [file, other]) closeSync(descriptor);
});
