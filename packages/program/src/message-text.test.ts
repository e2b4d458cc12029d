/** What a program carries for the lab says of itself what it is, and whether it was changed on its way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CarriedMessage, readMessage, textOf } from './message-text.ts';

const message: CarriedMessage = {
  id: '3e55a6e0-0000-4000-8000-000000000001',
  kind: 'broadcast',
  origin: 'n0',
  payload: 'hello, wörld',
};

test('a message comes back as it was sent, in one word of letters, digits, - and _', () => {
  const payload = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String().map(base64 => ({ base64 })),
  );
  const kind = fc.constantFrom('broadcast' as const, 'dm' as const);
  fc.assert(
    fc.property(fc.uuid(), kind, fc.string(), payload, (id, kind, origin, payload) => {
      const text = textOf({ id, kind, origin, payload });
      expect(text).toMatch(/^eyJ[\w-]+$/);
      expect(readMessage(text)).toEqual({ state: 'whole', message: { id, kind, origin, payload } });
    }),
  );
});

describe('what was changed on its way', () => {
  test('is not taken for what was sent, and keeps its id where that can be read', () => {
    const text = textOf(message);
    const cut = readMessage(text.slice(0, -6));
    expect(cut).toMatchObject({ state: 'damaged', id: message.id });
    expect(readMessage(text.slice(0, 20))).toMatchObject({ state: 'damaged', id: undefined });
    expect(readMessage(`${text}AAAA`)).toMatchObject({ state: 'damaged', id: message.id });
  });

  test('is never whole, whichever character was changed', () => {
    const text = textOf(message);
    for (let at = 3; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const changed = readMessage(text.slice(0, at) + other + text.slice(at + 1));
      if (changed.state === 'whole') expect(changed.message).not.toEqual(message);
    }
  });
});

test('what others send is not of the lab', () => {
  expect(readMessage('hello')).toEqual({ state: 'foreign' });
  expect(readMessage(Buffer.from('{"alg":"HS256"}').toString('base64url'))).toEqual({ state: 'foreign' });
});
