import { describe, expect, it } from 'vitest';
import { ignoresHangup, type Traces } from './hangup.ts';

const status = (ignored: string): string => `Name:\tbash\nSigBlk:\t0000000000010000\nSigIgn:\t${ignored}\n`;
const plain: Traces = {
  started: '/usr/bin/node',
  parentStatus: status('0000000000384004'),
  parentCommand: 'bash\0',
  inputInfo: 'pos:\t0\nflags:\t0100002\nmnt_id:\t25\n',
};

describe('nohup', () => {
  it.each<[string, Partial<Traces>]>([
    ['the command that the shell started', { started: '/usr/bin/nohup' }],
    ['a parent that ignores the signal', { parentStatus: status('0000000000000001') }],
    ['what the shell was given to run', { parentCommand: 'sh\0-c\0cd /x; nohup lab watch ring >log &\0' }],
    ['what the shell was given to run, by path', { parentCommand: 'sh\0-c\0nohup node /x/bin/lab.js up ring.yaml\0' }],
    ['an input that cannot be read', { inputInfo: 'pos:\t0\nflags:\t0100001\nmnt_id:\t25\n' }],
  ])('is known by %s', (_, trace) => expect(ignoresHangup({ ...plain, ...trace })).toBe(true));

  it.each<[string, Partial<Traces>]>([
    ['with a shell that has other signals ignored', {}],
    ['for another command of the shell', { parentCommand: 'sh\0-c\0nohup sleep 9 & lab watch ring\0' }],
    [
      'where nothing tells',
      { started: undefined, parentStatus: undefined, parentCommand: undefined, inputInfo: undefined },
    ],
  ])('is not taken for granted %s', (_, trace) => expect(ignoresHangup({ ...plain, ...trace })).toBe(false));
});
