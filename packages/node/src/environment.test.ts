/** What a peer reads from its environment. */
import { formatId } from '@peerlab/protocol';
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

describe('who a peer is', () => {
  const key = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  /** RFC 8032, test 1 of section 7.1. */
  const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

  it('follows from its key, where it is to prove it', () => {
    const { nodeId, security } = readEnvironment({ PEERLAB_SECURITY: 'sealed', PEERLAB_KEY: key });
    expect(security?.mode).toBe('sealed');
    expect(Buffer.from(security?.publicKey ?? []).toString('hex')).toBe(publicKey);
    const named = { PEERLAB_SECURITY: 'signed', PEERLAB_KEY: key, PEERLAB_NODE_ID: formatId(nodeId) };
    expect(readEnvironment(named).nodeId).toEqual(nodeId);
  });

  it('is random without a key', () => {
    const ids = [1, 2].map(() => formatId(readEnvironment({ PEERLAB_SECURITY: 'signed' }).nodeId));
    expect(new Set(ids).size).toBe(2);
  });

  it('is proven by nothing where it is open', () => {
    expect(readEnvironment({ PEERLAB_SECURITY: 'open', PEERLAB_KEY: key }).security).toBeUndefined();
    expect(readEnvironment({}).security).toBeUndefined();
  });

  it.each([
    [{ PEERLAB_SECURITY: 'secret' }, 'PEERLAB_SECURITY is not one of sealed, signed, open: secret'],
    [{ PEERLAB_SECURITY: '' }, 'PEERLAB_SECURITY is not one of sealed, signed, open: '],
    [{ PEERLAB_SECURITY: 'sealed', PEERLAB_KEY: key.slice(1) }, 'PEERLAB_KEY is not 64 hexadecimal digits'],
    [{ PEERLAB_SECURITY: 'sealed', PEERLAB_KEY: `x${key.slice(1)}` }, 'PEERLAB_KEY is not 64 hexadecimal digits'],
    [
      {
        PEERLAB_SECURITY: 'sealed',
        PEERLAB_KEY: key,
        PEERLAB_NODE_ID: '11111111-2222-4333-8444-555555555502',
      },
      /^PEERLAB_NODE_ID is 11111111-2222-4333-8444-555555555502, but the id of PEERLAB_KEY is [0-9a-f-]{36}$/,
    ],
  ])('is refused when it does not fit: %o', (env, message) => {
    expect(() => readEnvironment(env)).toThrow(message);
  });
});
