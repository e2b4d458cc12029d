/** What a signed message's check protects, byte by byte, and what it costs. */
import { describe, expect, test } from 'vitest';
import { CLOCK_START_MS, testSecurity } from '../../test/test-security.ts';
import { BROADCAST_HEADER_BYTES, DM_HEADER_BYTES, INITIAL_TTL_AT, LENGTH_BYTES, TTL_AT } from '../frame.ts';
import { nodeIdOf } from './derived-id.ts';
import { MessageDigest } from './message-digest.ts';
import { MessageSigner } from './message-signer.ts';
import { MessageVerifier, type Verdict } from './message-verifier.ts';
import type { PeerSecurity } from './peer-security.ts';
import { SIGNED_EXTRA_BYTES, signedLayout } from './signed-frame.ts';

const NETWORK = Uint8Array.of(7);
const TO = new Uint8Array(16).fill(9);

function signerOf(security: PeerSecurity, network: Uint8Array = NETWORK): MessageSigner {
  return new MessageSigner(security, new MessageDigest(security, network), nodeIdOf(security.publicKey, security));
}

function verifierOf(security: PeerSecurity): MessageVerifier {
  return new MessageVerifier(security, new MessageDigest(security, NETWORK));
}

/** The verdict on a copy; `malformed` where its parts are not even found. */
function verdictOn(verifier: MessageVerifier, frame: Uint8Array, isNew = true): Verdict | 'malformed' {
  const layout = signedLayout(frame, 0, frame.length);
  return layout === undefined ? 'malformed' : verifier.check(frame, 0, frame.length, layout, isNew);
}

const alice = testSecurity('signed', 1);
const bob = testSecurity('signed', 2);

describe.each([
  ['a broadcast', BROADCAST_HEADER_BYTES, undefined],
  ['a DM', DM_HEADER_BYTES, TO],
])('%s', (_, headerBytes, destination) => {
  const message = { flags: 0x10, ttl: 9, destination, payload: Uint8Array.of(1, 2) };

  test('verifies as it was sent, and with any TTL', () => {
    const frame = signerOf(alice).frame(message);
    expect(frame.length).toBe(headerBytes + SIGNED_EXTRA_BYTES + 2);
    expect(verdictOn(verifierOf(bob), frame)).toBe('valid');
    frame[TTL_AT + 1] = 3;
    expect(verdictOn(verifierOf(bob), frame)).toBe('valid');
  });

  test('does not with any other bit changed', () => {
    const frame = signerOf(alice).frame(message);
    for (let at = LENGTH_BYTES; at < frame.length; at++) {
      if (at >= TTL_AT && at < INITIAL_TTL_AT) continue;
      const changed = frame.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, verdictOn(verifierOf(bob), changed)]).not.toContain('valid');
    }
  });

  test('does not with bytes added or taken', () => {
    const frame = signerOf(alice).frame(message);
    expect(verdictOn(verifierOf(bob), Buffer.concat([frame, Uint8Array.of(0)]))).toBe('invalid');
    for (let size = headerBytes; size < frame.length; size++) {
      expect(verdictOn(verifierOf(bob), frame.slice(0, size))).not.toBe('valid');
    }
  });
});

test('the message of another network is none here', () => {
  const frame = signerOf(alice, Uint8Array.of(8)).frame({ flags: 0, ttl: 1, payload: TO });
  expect(verdictOn(verifierOf(bob), frame)).toBe('invalid');
});

test('two messages have two ids, however alike', () => {
  const signer = signerOf(alice);
  const [a, b] = [0, 1].map(() => signer.frame({ flags: 0, ttl: 1, payload: TO }));
  expect(a?.slice(12, 28)).not.toEqual(b?.slice(12, 28));
});

test('a copy that is not new is checked, but for its age', () => {
  const verifier = verifierOf(bob);
  const frame = signerOf(alice).frame({ flags: 0, ttl: 1, payload: TO });
  expect([true, true, false].map(isNew => verdictOn(verifier, frame, isNew))).toEqual(['valid', 'old', 'valid']);
  frame[frame.length - 1] = 0;
  expect(verdictOn(verifier, frame, false)).toBe('invalid');
});

test('a large payload is covered whole', () => {
  const payload = new Uint8Array(100_000).fill(3);
  const frame = signerOf(alice).frame({ flags: 0, ttl: 1, payload });
  expect(verdictOn(verifierOf(bob), frame)).toBe('valid');
  frame[frame.length - 1] = 4;
  expect(verdictOn(verifierOf(bob), frame)).toBe('invalid');
});

test('clocks may be two minutes apart, no more', () => {
  const verdicts = [-120_000, -119_999, 119_999, 120_001].map(apartMs => {
    const sender = testSecurity('signed', 1, () => CLOCK_START_MS + apartMs);
    return verdictOn(verifierOf(bob), signerOf(sender).frame({ flags: 0, ttl: 1, payload: TO }));
  });
  expect(verdicts).toEqual(['old', 'valid', 'valid', 'old']);
});

test('the signature of a message that is passed on again is not verified again', () => {
  let verified = 0;
  const counting: PeerSecurity = {
    ...bob,
    verify: (...args) => {
      verified++;
      return bob.verify(...args);
    },
  };
  const verifier = verifierOf(counting);
  const frame = signerOf(alice).frame({ flags: 0, ttl: 9, payload: TO });
  expect([verdictOn(verifier, frame), verdictOn(verifier, frame, false)]).toEqual(['valid', 'valid']);
  expect(verified).toBe(1);
});

describe('messages that are signed at once', () => {
  test.each([1, 2, 3, 5, 8, 100, 256])('%i of them: each verifies by itself, all by one signature', count => {
    let verified = 0;
    const counting: PeerSecurity = {
      ...bob,
      verify: (...args) => {
        verified++;
        return bob.verify(...args);
      },
    };
    const signer = signerOf(alice);
    const ids = Array.from({ length: count }, (_, i) => signer.add({ flags: 0, ttl: 9, payload: Uint8Array.of(i) }));
    expect([signer.waiting, signer.isFull]).toEqual([count, count === 256]);
    const frames = signer.sign();
    expect(frames.map(frame => frame.slice(12, 28))).toEqual(ids.map(id => Uint8Array.from(id)));
    const verifier = verifierOf(counting);
    expect(new Set(frames.map(frame => verdictOn(verifier, frame)))).toEqual(new Set(['valid']));
    expect([verified, signer.waiting, signer.sign()]).toEqual([1, 0, []]);
  });

  test('what the caller does to its array afterwards is not sent', () => {
    const signer = signerOf(alice);
    const payload = Uint8Array.of(1);
    signer.add({ flags: 0, ttl: 9, payload });
    payload[0] = 2;
    const [frame = new Uint8Array(0)] = signer.sign();
    expect([verdictOn(verifierOf(bob), frame), frame.at(-1)]).toEqual(['valid', 1]);
  });

  test('a proof is of its message alone: no part of it may change', () => {
    const signer = signerOf(alice);
    for (let i = 0; i < 3; i++) signer.add({ flags: 0, ttl: 9, payload: Uint8Array.of(i) });
    const [frame = new Uint8Array(0)] = signer.sign();
    const verifier = verifierOf(bob);
    expect(verdictOn(verifier, frame)).toBe('valid');
    for (let at = LENGTH_BYTES; at < frame.length; at++) {
      if (at >= TTL_AT && at < INITIAL_TTL_AT) continue;
      const changed = frame.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, verdictOn(verifier, changed, false)]).not.toContain('valid');
    }
  });
});
