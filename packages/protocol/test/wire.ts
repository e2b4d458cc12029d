/** Frames as a stranger would build them, and what came back over the wire. */
import {
  type ByeReason,
  decodeBye,
  encodeData,
  encodeHello,
  FRAME_TYPE,
  FrameReader,
  type Hello,
  type Id,
  TYPE_AT,
} from '../src/index.ts';
import type { Stranger, TestPeer } from './test-peer.ts';
import { joinBytes } from './virtual-network.ts';

/** Sixteen equal bytes. */
export function idOf(byte: number): Id {
  return new Uint8Array(16).fill(byte);
}

/** A HELLO that a test peer accepts, with some fields changed. */
export function helloFrame(fields: Partial<Hello> = {}): Uint8Array {
  return encodeHello({
    version: 1,
    features: 0,
    nodeId: idOf(0xaa),
    instance: idOf(0xbb),
    session: idOf(0xcc),
    listenPort: 0,
    network: Uint8Array.of(7),
    listenHost: new Uint8Array(0),
    ...fields,
  });
}

/** A broadcast, or a DM where there is a destination. */
export function dataFrame(id: number, ttl: number, initialTtl: number = ttl, destination?: Id): Uint8Array {
  const payload = Uint8Array.of(9);
  return encodeData({ flags: 0, ttl, initialTtl, id: idOf(id), origin: idOf(0xaa), destination, payload });
}

/** A frame of any type whose body is `body`. */
export function rawFrame(type: number, body: readonly number[] = []): Uint8Array {
  const frame = Uint8Array.from([0, 0, 0, 0, type, 0, ...body]);
  new DataView(frame.buffer).setUint32(0, frame.length - 4);
  return frame;
}

/** The frames in a stream of chunks. */
export function framesIn(chunks: readonly Uint8Array[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  new FrameReader().push(joinBytes(chunks), {
    maxFrameBytes: 2 ** 31,
    frame: (bytes, offset, size) => frames.push(bytes.slice(offset, offset + size)) > 0,
  });
  return frames;
}

/** The reason of the BYE that a stranger got last, if its last frame was one. */
export function byeTo(stranger: Stranger): ByeReason | 'unknown' | undefined {
  const last = framesIn(stranger.got).at(-1);
  return last?.[TYPE_AT] === FRAME_TYPE.bye ? decodeBye(last, 0, last.length).reason : undefined;
}

/** Reasons of the links that a peer refused, in order. */
export function reasonsOf(peer: TestPeer): string[] {
  return peer.refusals.map(({ reason }) => reason);
}
