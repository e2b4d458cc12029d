/** What a peer reads from its environment. */
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';

describe('the environment of a peer', () => {
  it('may be empty: every variable has a default', () => {
    const { listen, dial, options, isEphemeral, lab } = readEnvironment({});
    expect({ listen, dial, options, isEphemeral, lab }).toEqual({
      listen: { host: '0.0.0.0', port: 7946 },
      dial: [],
      options: {},
      isEphemeral: false,
      lab: 'peerlab',
    });
  });

  it('says how soon a dead link is noticed', () => {
    const { options } = readEnvironment({
      PEER_HANDSHAKE_TIMEOUT_MS: '86400000',
      PEER_PING_INTERVAL_MS: '1000',
      PEER_PONG_TIMEOUT_MS: '1',
    });
    expect(options).toEqual({ handshakeTimeoutMs: 86_400_000, pingIntervalMs: 1000, pongTimeoutMs: 1 });
  });

  it.each(['', '0', '-1', '1.5', '1s', '86400001', '1e3'])('refuses "%s" as a time, and names the variable', text => {
    expect(() => readEnvironment({ PEER_PING_INTERVAL_MS: text })).toThrow(/^PEER_PING_INTERVAL_MS is not a whole/);
  });
});
