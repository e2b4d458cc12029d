import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

/** What the command line makes of a text. */
async function textOf(...words: string[]): Promise<unknown> {
  const chosen = await readArguments(['broadcast', 'ring-20', 'n0', ...words]);
  return 'args' in chosen ? Reflect.get(chosen.args, 'text') : chosen;
}

describe('a command at the end of a line', () => {
  it.each([
    [
      ['exec', 'ring', 'n0', 'ls', '-la', '--', 'x'],
      ['ls', '-la', '--', 'x'],
    ],
    [
      ['exec', '-f', 'json', 'ring', 'n0', 'ls', '-f', 'text'],
      ['ls', '-f', 'text'],
    ],
    [
      ['exec', 'ring', 'n0', '--', '-x', ''],
      ['-x', ''],
    ],
    [
      ['conform', 'python3', '-u', 'peer.py'],
      ['python3', '-u', 'peer.py'],
    ],
  ])('%j', async (words, command) => {
    const chosen = await readArguments(words);
    expect('args' in chosen ? Reflect.get(chosen.args, 'command') : chosen).toEqual(command);
  });
});

describe('words after --', () => {
  it.each(['-hello', '--hello', '-', '- a list', '-1', '--ttl'])('%s is a text', async text => {
    expect(await textOf('--', text)).toBe(text);
    expect(await textOf('--ttl', '3', '--', text)).toBe(text);
  });

  it('may contain a further --', async () => {
    expect(await textOf('--', '--')).toBe('--');
  });

  it('are hinted at where a text that begins with a hyphen was taken for an option', async () => {
    await expect(textOf('- a list')).rejects.toMatchObject({ advice: expect.stringContaining('after --') });
  });
});
