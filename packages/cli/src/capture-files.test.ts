import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besidePath, captureFiles } from './capture-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'capture-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the file of a peer is beside that of all', () => {
  expect(besidePath('out/run.pcapng', 'n3')).toBe('out/run.n3.pcapng');
  expect(besidePath('run', 'n3')).toBe('run.n3.pcapng');
});

test('all are written, or none: one that exists is never replaced without --force', () => {
  const path = join(folder, 'in', 'run.pcapng');
  const { sinks, written } = captureFiles(path, ['n0', 'n1'], { force: false });
  sinks.merged?.write(Buffer.from('all'));
  sinks.ofPeer?.('n1')?.write(Buffer.from('one'));
  expect(written).toEqual([path, join(folder, 'in', 'run.n0.pcapng'), join(folder, 'in', 'run.n1.pcapng')]);
  expect(written.map(file => readFileSync(file, 'utf8'))).toEqual(['all', '', 'one']);
  const other = join(folder, 'other.pcapng');
  writeFileSync(join(folder, 'other.n1.pcapng'), 'precious');
  expect(() => captureFiles(other, ['n0', 'n1'], { force: false })).toThrow('other.n1.pcapng already exists');
  expect(existsSync(other)).toBe(false);
  captureFiles(other, ['n0', 'n1'], { force: true });
  expect(readFileSync(join(folder, 'other.n1.pcapng'), 'utf8')).toBe('');
});

test('nothing stays of a capture that never began', () => {
  captureFiles(join(folder, 'run.pcapng'), ['n0'], { force: false }).discard();
  expect(readdirSync(folder)).toEqual([]);
  expect(captureFiles(undefined, ['n0'], { force: false })).toMatchObject({ sinks: {}, written: [] });
});
