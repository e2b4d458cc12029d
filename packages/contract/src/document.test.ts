/** docs/PEER-CONTRACT.md and the JSON Schemas against the code: every example line is of the contract, every table whole. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CommandName, commandSchema } from './commands.ts';
import type { PeerEnvironment } from './environment.ts';
import { CAPABILITIES, eventSchema, type PeerEvent } from './events.ts';
import { MAX_LINE_LENGTH, parsePeerLine } from './lines.ts';
import { type ErrorCode, replySchema, resultSchemas } from './replies.ts';

const text = readFileSync(new URL('../../../docs/PEER-CONTRACT.md', import.meta.url), 'utf8');

// Complete by their types: a word that is added to the contract is missing here until it stands in the document, too.
const variables: Record<keyof PeerEnvironment, true> = {
  PEERLAB_NAME: true,
  PEERLAB_LAB: true,
  PEERLAB_LISTEN: true,
  PEERLAB_NODE_ID: true,
  PEERLAB_EPHEMERAL: true,
  PEERLAB_SECURITY: true,
  PEERLAB_KEY: true,
  PEERLAB_DIAL: true,
};
const errorCodes: Record<ErrorCode, true> = {
  'bad-command': true,
  'not-supported': true,
  'connect-failed': true,
  'no-such-peer': true,
  'too-large': true,
  stopping: true,
  internal: true,
};
const eventNames: Record<PeerEvent['event'], true> = {
  ready: true,
  'link-up': true,
  'link-down': true,
  received: true,
  overflow: true,
  sent: true,
  duplicate: true,
  expired: true,
  dropped: true,
};

/** The example lines of one kind, with the word after it. */
function examples(kind: string): { readonly word: string; readonly line: string }[] {
  return [...text.matchAll(/^```jsonl (\S+)(?: (\S+))?\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === kind)
    .flatMap(([, , word = '', body = '']) =>
      body
        .trim()
        .split('\n')
        .map(line => ({ word, line })),
    );
}

/** The words in the first column of the table under a heading. */
function firstColumn(heading: string): string[] {
  const [, after = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [section = ''] = after.split(/^#/m);
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, word = '']) => word);
}

describe('docs/PEER-CONTRACT.md', () => {
  it('states how long a line may be', () => {
    expect(text).toContain(`A line may have ${MAX_LINE_LENGTH / 2 ** 20} Mi characters`);
  });

  it('shows commands that the contract takes, each at least once', () => {
    const shown = examples('command').map(({ line }) => commandSchema.parse(JSON.parse(line)).command);
    expect(new Set(shown)).toEqual(new Set(Object.keys(resultSchemas)));
  });

  it('shows replies and results that the contract takes', () => {
    const lines = examples('reply');
    for (const { word, line } of lines) {
      const reply = replySchema.parse(JSON.parse(line));
      expect(parsePeerLine(line)).toEqual({ type: 'reply', reply });
      if (word !== '' && 'result' in reply) resultSchemas[word as CommandName].parse(reply.result);
    }
    expect(lines.filter(({ word }) => word in resultSchemas).length).toBeGreaterThan(7);
  });

  it('shows every event', () => {
    const shown = examples('event').map(({ line }) => eventSchema.parse(JSON.parse(line)).event);
    expect(shown.sort()).toEqual(Object.keys(eventNames).sort());
  });

  it.each([
    ['How a peer is started', Object.keys(variables)],
    ['Error codes', Object.keys(errorCodes)],
    ['Events', Object.keys(eventNames)],
    ['Capabilities', CAPABILITIES],
  ])('lists under "%s" what the code has, no more and no less', (heading, words) => {
    expect(firstColumn(heading)).toEqual(words);
  });
});
