/** docs/PROTOCOL.md and the test vectors against the code: the bytes, the refusals, the rules, the tables. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Stranger, type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, framesIn, helloFrame, idOf } from '../test/wire.ts';
import { BYE_CODE, type ByeReason, decodeBye, encodeBye } from './bye.ts';
import { DELIVER, decideFlood, RELAY, REMEMBER } from './flood.ts';
import {
  BROADCAST_HEADER_BYTES,
  decodeData,
  encodeData,
  encodePing,
  FRAME_TYPE,
  MESSAGE_ID_AT,
  ORIGIN_AT,
  PING_BYTES,
} from './frame.ts';
import { decodeHello, encodeHello, MAX_HELLO_BYTES } from './hello.ts';
import { formatId, type Id, parseId } from './id.ts';
import { DEFAULT_PEER_OPTIONS } from './options.ts';

interface FrameVector {
  readonly name: string;
  readonly type: keyof typeof FRAME_TYPE;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly hex: string;
}

interface Refusal {
  readonly name: string;
  readonly hex: string;
  readonly reason: ByeReason;
}

interface Decision {
  readonly what: string;
  readonly best: number;
  readonly ttl: number;
  readonly initialTtl: number;
  readonly exactTtlMax: number;
  readonly deliver: boolean;
  readonly relay: boolean;
  readonly remember: boolean;
}

/** What of signed.json the document shows. */
interface SignedVectors {
  readonly handshakes: readonly { readonly hello: string; readonly challenge: string; readonly proof: string }[];
  readonly messages: readonly { readonly frame: string }[];
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const { frames } = JSON.parse(read('../vectors/frames.json')) as { frames: FrameVector[] };
const { refusals } = JSON.parse(read('../vectors/refusals.json')) as { refusals: Refusal[] };
const { decisions } = JSON.parse(read('../vectors/flooding.json')) as { decisions: Decision[] };
const text = read('../../../docs/PROTOCOL.md');

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const utf8 = (value: unknown): Uint8Array => new TextEncoder().encode(String(value));
const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function id(value: unknown): Id {
  const bytes = parseId(String(value));
  if (bytes === undefined) throw new Error(`not an id: ${value}`);
  return bytes;
}

function encode({ type, fields }: FrameVector): Uint8Array {
  switch (type) {
    case 'hello':
      return encodeHello({
        version: Number(fields.version),
        features: Number(fields.features),
        nodeId: id(fields.nodeId),
        instance: id(fields.instance),
        session: id(fields.session),
        listenPort: Number(fields.listenPort),
        network: utf8(fields.network),
        listenHost: utf8(fields.listenHost),
      });
    case 'bye':
      return encodeBye(fields.reason as ByeReason, id(fields.nodeId));
    case 'ping':
    case 'pong':
      return encodePing(type, fromHex(String(fields.token)));
    default:
      return encodeData({
        flags: Number(fields.flags),
        ttl: Number(fields.ttl),
        initialTtl: Number(fields.initialTtl),
        id: id(fields.id),
        origin: id(fields.origin),
        destination: fields.destination === undefined ? undefined : id(fields.destination),
        payload: fromHex(String(fields.payload)),
      });
  }
}

function decode({ type, hex }: FrameVector): unknown {
  const bytes = fromHex(hex);
  if (type === 'hello') {
    const hello = decodeHello(bytes, 0, bytes.length);
    if (hello === undefined) return undefined;
    const { nodeId, instance, session, network, listenHost, ...rest } = hello;
    const ids = { nodeId: formatId(nodeId), instance: formatId(instance), session: formatId(session) };
    return { ...rest, ...ids, network: asText(network), listenHost: asText(listenHost) };
  }
  if (type === 'bye') {
    const { reason, nodeId } = decodeBye(bytes, 0, bytes.length);
    return { reason, nodeId: nodeId && formatId(nodeId) };
  }
  if (type === 'ping' || type === 'pong') return { token: toHex(bytes.subarray(6, PING_BYTES)) };
  const data = decodeData(bytes);
  if (data === undefined) return undefined;
  const { id: messageId, origin, destination, payload, ...rest } = data;
  const to = destination === undefined ? {} : { destination: formatId(destination) };
  return { ...rest, id: formatId(messageId), origin: formatId(origin), ...to, payload: toHex(payload) };
}

function vector(name: string): Uint8Array {
  const found = frames.find(frame => frame.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return fromHex(found.hex);
}

describe('frames.json', () => {
  it.each(frames)('$name is what the code writes and reads', frame => {
    expect(toHex(encode(frame))).toBe(frame.hex);
    expect(decode(frame)).toEqual(frame.fields);
    expect(fromHex(frame.hex)[4]).toBe(FRAME_TYPE[frame.type]);
  });
});

describe('refusals.json', () => {
  it.each(refusals)('$name: $reason', ({ hex, reason }) => {
    const world = new TestWorld();
    const identity = { nodeId: id('11111111-2222-4333-8444-555555555502'), network: utf8('ring-20') };
    const stranger = world.stranger(world.add({}, identity));
    stranger.send(fromHex(hex));
    world.clock.run(10);
    expect(byeTo(stranger)).toBe(reason);
  });
});

describe('flooding.json', () => {
  it.each(decisions)('$what', ({ best, ttl, initialTtl, exactTtlMax, deliver, relay, remember }) => {
    const decision = decideFlood(best, ttl, initialTtl, exactTtlMax);
    const wanted = (deliver ? DELIVER : 0) | (relay ? RELAY : 0) | (remember ? REMEMBER : 0);
    expect(decision).toBe(wanted);
  });
});

describe('docs/PROTOCOL.md', () => {
  const blocks = [...text.matchAll(/^```hex (\S+)\n([\s\S]*?)^```/gm)].map(([, name = '', body = '']) => {
    const hex = body.replace(/;.*$/gm, '').replace(/\s/g, '');
    return { name, hex };
  });

  it('shows every frame of frames.json, and some of signed.json, with the same bytes', () => {
    const { messages, handshakes } = JSON.parse(read('../vectors/signed.json')) as SignedVectors;
    const [handshake] = handshakes;
    const [broadcast] = messages;
    const shown = new Map(frames.map(({ name, hex }) => [name, hex]))
      .set('hello-secured', handshake?.hello ?? '')
      .set('challenge', handshake?.challenge ?? '')
      .set('proof', handshake?.proof ?? '')
      .set('signed-broadcast', broadcast?.frame ?? '');
    expect(new Map(blocks.map(({ name, hex }) => [name, hex]))).toEqual(shown);
    expect(blocks.length).toBe(shown.size);
  });

  it('lists the reasons of BYE with the numbers of the code', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| `([a-z-]+)` \|/gm)].map(([, code, name]) => [name, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(BYE_CODE);
  });

  it('lists the frame types of the code', () => {
    const rows = [...text.matchAll(/^\| `0x(\w\w)` \| ([A-Z ]+) \|/gm)].map(([, type = '', name = '']) => [
      name.toLowerCase().replace(/ (\w)/, (_, letter: string) => letter.toUpperCase()),
      Number.parseInt(type, 16),
    ]);
    expect(Object.fromEntries(rows)).toEqual(FRAME_TYPE);
  });

  it('states the limits of the code', () => {
    const o = DEFAULT_PEER_OPTIONS;
    const number = (n: number): string => n.toLocaleString('en-US');
    for (const row of [
      `| frame | ${o.maxFrameBytes / 2 ** 20} MiB |`,
      `| HELLO, and anything before it | ${number(MAX_HELLO_BYTES)} bytes |`,
      `| HELLO has come | ${o.handshakeTimeoutMs / 1000} s |`,
      `| a frame, from its first byte to its last | ${o.frameTimeoutMs / 1000} s |`,
      `| links, both directions, handshakes included | ${number(o.maxLinks)} |`,
      `| accepted connections that wait for HELLO | ${o.maxPendingHandshakes} |`,
      `| new connections from one address | a bucket of ${o.attemptsBurst}, refilled by ${o.attemptsPerSecond} a second:`,
      `| bytes that wait to be written to a link | ${o.maxQueueBytes / 2 ** 20} MiB |`,
      `| drain after BYE | ${o.drainTimeoutMs / 1000} s |`,
      `\`exactTtlMax\` (${o.exactTtlMax})`,
      `the latest ${number(o.seenMaxEntries)} messages and for at least ${o.seenMaxAgeMs / 1000} s`,
      `at most ${o.maxHoldMs} ms (\`maxHoldMs\`)`,
      `up to ${o.maxHeldBytes / 2 ** 20} MiB of frames (\`maxHeldBytes\`)`,
      `After ${o.pingIntervalMs / 1000} s in which nothing at all came`,
      `nothing comes for ${o.pongTimeoutMs / 1000} s more`,
      `comes within ${o.probeTimeoutMs / 1000} s, the newcomer`,
    ]) {
      expect(text).toContain(row);
    }
  });

  it("shows what a relay does with A's broadcast, byte for byte", () => {
    const world = new TestWorld();
    const { from, to } = between(world, world.add());
    from.send(vector('broadcast-origin'));
    world.clock.run(10);
    expect(framesIn(to.got).slice(1).map(toHex)).toEqual([toHex(vector('broadcast-relayed'))]);
  });

  it('shows the acknowledgement that C sends, but for its message id', () => {
    const world = new TestWorld();
    const { from } = between(world, world.add({}, { nodeId: id('11111111-2222-4333-8444-555555555503') }));
    from.send(vector('dm-ack-wanted'));
    world.clock.run(10);
    const [, answer = new Uint8Array(0)] = framesIn(from.got);
    const wanted = vector('dm-ack');
    const withoutId = (frame: Uint8Array): string =>
      toHex(frame.subarray(0, MESSAGE_ID_AT)) + toHex(frame.subarray(ORIGIN_AT));
    expect(withoutId(answer)).toBe(withoutId(wanted));
    expect(wanted.length).toBe(BROADCAST_HEADER_BYTES + 32);
  });

  /** A peer between two neighbours that the test plays. */
  function between(world: TestWorld, peer: TestPeer): { from: Stranger; to: Stranger } {
    const [from, to] = [world.stranger(peer), world.stranger(peer)];
    from.send(helloFrame({ nodeId: idOf(1), session: idOf(1) }));
    to.send(helloFrame({ nodeId: idOf(2), session: idOf(2) }));
    world.clock.run(10);
    return { from, to };
  }
});
