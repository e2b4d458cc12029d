/** The ledger of sessions: what it keeps of links that ended without ever being up here. */
import { Peer, type PeerHost } from '@peerlab/protocol';
import { describe, expect, it } from 'vitest';
import { SessionLedger } from './session-ledger.ts';

const silent: PeerHost = {
  randomId: () => new Uint8Array(16),
  schedule: () => undefined,
  linkUp: () => undefined,
  linkDown: () => undefined,
  linkRefused: () => undefined,
  linkClosed: () => undefined,
  message: () => undefined,
  acknowledged: () => undefined,
};

describe('SessionLedger', () => {
  it.each([
    [0, []],
    [2, [{ framesIn: 2, open: false }]],
  ])('of a link that ended within one chunk and took %i frames keeps %j', (framesIn, kept) => {
    const identity = { nodeId: new Uint8Array(16), network: new Uint8Array(0), listenHost: new Uint8Array(0) };
    const peer = new Peer({ ...identity, listenPort: 0, hashSeed: 0 }, silent);
    const link = peer.attach({ send: () => 0, close: () => undefined, queuedBytes: 0 }, 'out', 'h:1', 0);
    link.framesIn = framesIn;
    const ledger = new SessionLedger();
    ledger.closed(link);
    expect(ledger.counters()).toMatchObject(kept);
    expect(ledger.counters().length).toBe(kept.length);
  });
});
