import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatId } from '@peerlab/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrCreateKeyFile } from './key-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerlab-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a key is made once, for its owner alone, and read from then on', async () => {
  const file = join(folder, 'id.pem');
  const made = await readOrCreateKeyFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  const read = await readOrCreateKeyFile(file);
  expect(formatId(read.nodeId)).toBe(formatId(made.nodeId));
  expect(readdirSync(folder)).toEqual(['id.pem']);
});

test('of many that start at once, one makes the key and all have it', async () => {
  const file = join(folder, 'id.pem');
  const keys = await Promise.all(Array.from({ length: 8 }, () => readOrCreateKeyFile(file)));
  expect(new Set(keys.map(({ nodeId }) => formatId(nodeId))).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['id.pem']);
});

test.each([
  ['empty', ''],
  ['cut off', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIE'],
  ['something else', 'a shopping list'],
])('a file that is %s is refused and left as it is', async (_, content) => {
  const file = join(folder, 'id.pem');
  writeFileSync(file, content, { mode: 0o600 });
  await expect(readOrCreateKeyFile(file)).rejects.toThrow(
    `${file}: not an Ed25519 private key in PEM; move the file away`,
  );
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('a file that others may read is refused, with what to do', async () => {
  const file = join(folder, 'id.pem');
  writeFileSync(file, '', { mode: 0o644 });
  await expect(readOrCreateKeyFile(file)).rejects.toThrow(`others may read this private key: chmod 600 ${file}`);
});

test('a folder that is not there is named', async () => {
  const file = join(folder, 'nowhere', 'id.pem');
  await expect(readOrCreateKeyFile(file)).rejects.toThrow(`${file}: the key cannot be written: ENOENT`);
});
