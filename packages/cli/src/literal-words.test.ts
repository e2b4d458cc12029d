import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

/** What the command line makes of a text. */
async function textOf(...words: string[]): Promise<unknown> {
  const chosen = await readArguments(['broadcast', 'ring-20', 'n0', ...words]);
  return 'args' in chosen ? Reflect.get(chosen.args, 'text') : chosen;
}

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
