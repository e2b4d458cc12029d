import { parseTopology } from '@peerlab/topology';
import { describe, expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { refuseEmptyWords } from './empty-words.ts';
import { readGroups, readTargets } from './fault-words.ts';

const TAKES_VALUE = ['ttl', 'driver', 'f', 'format', 'at'];

function problemOf(...words: string[]): string | undefined {
  try {
    refuseEmptyWords(words, {
      positionals: '<lab> <from> <text>',
      takesValue: name => (TAKES_VALUE.includes(name) ? true : name === 'json' ? false : undefined),
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('an empty word', () => {
  test.each([
    ['--ttl is empty', ['ring', 'n0', 'hi', '--ttl', '']],
    ['--ttl is empty', ['ring', 'n0', 'hi', '--ttl=']],
    ['--ttl is empty', ['--ttl', '  ', 'ring', 'n0', 'hi']],
    ['--driver is empty', ['ring', 'n0', 'hi', '--driver', '']],
    ['-f is empty', ['-f', '', 'ring', 'n0', 'hi']],
    ['<lab> is empty', ['', 'n0', 'hi']],
    ['<from> is empty', ['ring', '', 'hi']],
    ['<from> is empty', ['--ttl', '3', 'ring', ' ', 'hi']],
  ])('is refused: %s', (message, words) => {
    expect(problemOf(...words)).toBe(message);
  });

  test.each([
    ['a message', ['ring', 'n0', '']],
    ['what follows an unknown option, which is named', ['ring', 'n0', 'hi', '--tt', '']],
    ['nothing', ['ring', 'n0', 'hi', '--ttl', '0', '--json']],
    ['an option whose value is left out at the end', ['ring', 'n0', 'hi', '--ttl']],
  ])('%s is not', (_, words) => {
    expect(problemOf(...words)).toBeUndefined();
  });
});

test.each([
  ['--ttl is empty', ['broadcast', 'ring', 'n0', 'hi', '--ttl', '']],
  ['--tail is empty', ['logs', 'ring', '--tail=']],
  ['--driver is empty', ['up', 'ring.yaml', '--driver', '']],
  ['<to> is empty', ['dm', 'ring', 'n0', '', 'hi']],
  ['unknown option --paralel', ['test', 'ring.yaml', '--paralel', '']],
])('of a whole command line: %s', async (message, words) => {
  await expect(readArguments(words)).rejects.toThrow(message);
});

test.each(['n1,', ',n1', 'n1,,n2', ','])('between commas: %s', word => {
  const topology = parseTopology('topology: { generator: ring, peers: 3 }', { file: 'ring.yaml' });
  expect(() => readTargets([word], topology)).toThrow('a name is empty');
  expect(() => readGroups([word], topology)).toThrow('a name is empty');
});
