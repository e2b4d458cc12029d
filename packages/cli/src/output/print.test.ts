/** What gets out of this program, whatever others wrote into it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chalk } from 'chalk';
import { describe, expect, it, vi } from 'vitest';
import { tellError } from '../exit.ts';
import { harmless, harmlessJson } from './harmless.ts';
import { note, print, printJson, printJsonLine, printText } from './print.ts';

/** Everything that a terminal obeys: colours, the cursor, a title, C0, DEL, C1, and bidirectional controls. */
const EVIL =
  '\u001b[31mred\u001b[2J\u001b]0;title\u0007\r\n\b\u007f\u009b2J\u061c\u200e\u200f\u202a\u202e\u2066\u2069 end';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What the work writes to the stream. */
function written(stream: 'stdout' | 'stderr', work: () => void): string {
  const write = vi.spyOn(process[stream], 'write').mockReturnValue(true);
  try {
    work();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

describe('text of others', () => {
  it('is shown with every control character in words, and stays one line', () => {
    expect(harmless('a\u001b[31m\n\u009b\u202eb\tc')).toBe('a\\x1b[31m\\x0a\\x9b\\u202eb\tc');
    expect(harmless(EVIL)).not.toMatch(OBEYED);
    expect(harmless('größe 漢字 👩‍👩‍👧 שלום')).toBe('größe 漢字 👩‍👩‍👧 שלום');
  });

  it.each<[string, 'stdout' | 'stderr', (text: string) => void]>([
    ['a result', 'stdout', print],
    ['lines of a result', 'stdout', printText],
    ['a document', 'stdout', text => printJson({ [text]: [text] })],
    ['a document of many', 'stdout', text => printJsonLine({ text })],
    ['a note', 'stderr', note],
    ['an error', 'stderr', text => tellError(Object.assign(new Error(text), { code: 'PEER_REFUSED', advice: text }))],
    [
      'the last lines of a peer',
      'stderr',
      text => tellError(Object.assign(new Error('x'), { code: 'PEER_FAILED', details: { lastLines: [text] } })),
    ],
  ])('is obeyed by no terminal in %s', (_, stream, work) => {
    expect(written(stream, () => work(EVIL))).not.toMatch(OBEYED);
  });

  it('begins no line of its own in a result or an error', () => {
    const forged = 'it failed\n✔ all proven';
    expect(written('stdout', () => print(forged))).toBe('it failed\\x0a✔ all proven\n');
    const told = written('stderr', () => tellError(Object.assign(new Error(forged), { code: 'PEER_REFUSED' })));
    expect(told).not.toMatch(/^✔/m);
  });

  it('is the same text in JSON', () => {
    const document = { [EVIL]: [EVIL, 'größe'] };
    for (const json of [JSON.stringify(document), JSON.stringify(document, undefined, 2)]) {
      expect(JSON.parse(harmlessJson(json))).toEqual(document);
      expect(harmlessJson(json)).not.toMatch(OBEYED);
    }
  });
});

describe('colours', () => {
  it('of this program get out, and those of others do not', async () => {
    vi.resetModules();
    vi.stubEnv('FORCE_COLOR', '1');
    vi.stubEnv('NO_COLOR', '');
    vi.doMock('chalk', () => ({ Chalk, supportsColor: { level: 1 }, supportsColorStderr: { level: 1 } }));
    try {
      const { painted, style } = await import('./style.ts');
      expect(painted(style.bad('x'))).toBe('\u001b[31mx\u001b[39m');
      expect(painted(`${style.strong(`a ${style.bad('b')}`)} c`)).toBe('\u001b[1ma \u001b[31mb\u001b[39m\u001b[22m c');
      expect(painted(style.bad(`a ${style.good('b')} c`))).toBe('\u001b[31ma \u001b[32mb\u001b[31m c\u001b[39m');
      expect(painted(style.bad('x\u001b[32my'))).toBe('\u001b[31mx\\x1b[32my\u001b[39m');
      expect(painted('\u000131\u0002x')).toBe('\\x0131\\x02x');
    } finally {
      vi.doUnmock('chalk');
      vi.unstubAllEnvs();
      vi.resetModules();
    }
  });
});

it('only these files write to the streams themselves', () => {
  const folder = join(import.meta.dirname, '..');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter(file => /\b(stdout|stderr|[sS]tream)\.write\(/.test(readFileSync(join(folder, file), 'utf8')));
  expect(files.sort()).toEqual([
    'exit.ts',
    'github.ts',
    'main.ts',
    'output/print.ts',
    'output/progress.ts',
    'output/standard-output.ts',
    'verbs/sim-flood.ts',
    'verbs/sim-study.ts',
  ]);
});
