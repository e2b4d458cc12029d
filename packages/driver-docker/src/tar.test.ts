/** Archives of files of any size: what goes in comes out, and what cannot be read fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { tarOf } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'tar-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BLOCK = 512;
const MIB = 1024 * 1024;

test.each([0, 1, 512, 513, MIB, MIB + 1])('a file of %i bytes comes out whole, beside its neighbours', async size => {
  const path = join(folder, String(size));
  writeFileSync(path, Buffer.alloc(size, 'x'));
  const archive = await buffer(
    tarOf([
      { name: 'before', mode: 0o444, source: { text: 'a' } },
      { name: 'file', mode: 0o444, source: { path } },
      { name: 'after', mode: 0o444, source: { text: 'b' } },
    ]),
  );
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  expect(archive.subarray(3 * BLOCK, 3 * BLOCK + size).equals(Buffer.alloc(size, 'x'))).toBe(true);
  expect(archive.subarray(3 * BLOCK + padded, 3 * BLOCK + padded + 5).toString()).toBe('after');
  // Three headers, three contents, and two empty blocks at the end.
  expect(archive.length).toBe((3 + 2 + 2) * BLOCK + padded);
});

test('a file that cannot be read fails the archive', async () => {
  const missing = [{ name: 'file', mode: 0o444, source: { path: join(folder, 'missing') } }];
  await expect(buffer(tarOf(missing))).rejects.toThrow('ENOENT');
});
