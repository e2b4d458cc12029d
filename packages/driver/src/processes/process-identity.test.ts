/** Whether a process lives, is gone, or cannot be asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { fateOf, type ProcessIdentity, readIdentity, thisProcess, writeIdentity } from './process-identity.ts';

const here = thisProcess();

describe.skipIf(here === undefined)('a process', () => {
  const own = here as ProcessIdentity;

  test('that runs is alive, and is read back from one word', () => {
    expect(fateOf(own)).toBe('alive');
    expect(writeIdentity(own)).not.toMatch(/\s/);
    expect(readIdentity(writeIdentity(own))).toEqual(own);
  });

  test('that has ended is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(fateOf({ ...own, processId: child.pid ?? 0, startedAtTicks: own.startedAtTicks + 1 })).toBe('gone');
  });

  test('whose id another one has by now is gone', () => {
    expect(fateOf({ ...own, startedAtTicks: own.startedAtTicks - 1 })).toBe('gone');
  });

  test('of another machine, boot or container cannot be asked, whatever has its id here', () => {
    for (const processId of [process.pid, 2 ** 22 + 1]) {
      expect(fateOf({ ...own, processId, space: own.space.replace(/^./, 'g') })).toBe('unknown');
      expect(fateOf({ ...own, processId, space: `${own.space}1` })).toBe('unknown');
    }
  });

  test('of a label without such a word, or with a damaged one, cannot be asked', () => {
    for (const text of [undefined, '', 'me@host:1', '1.2@', 'x.2@space', '1@space']) {
      expect(fateOf(readIdentity(text))).toBe('unknown');
    }
  });
});
