/**
 * Cuts a byte stream into frames, however TCP split or joined them. Frames that lie whole in a chunk are handed on in
 * place; only a frame that is split over chunks is copied.
 */
import { readU32 } from './bytes.ts';
import { LENGTH_BYTES, MIN_FRAME_BYTES } from './frame.ts';

/** Takes the frames. */
export interface FrameSink {
  /** The largest frame that is accepted now, its length field included; read anew for each frame. */
  readonly maxFrameBytes: number;
  /**
   * Takes one frame: `sizeBytes` bytes of `bytes` from `offset`. The array is the sink's to keep.
   * @returns false to stop reading for good
   */
  frame(bytes: Uint8Array, offset: number, sizeBytes: number): boolean;
}

/** How reading a chunk ended: all read, told to stop by the sink, or a length out of bounds. */
export type ReadResult = 'more' | 'stopped' | 'too-large' | 'malformed';

const FIRST_PENDING_BYTES = 2048;

/** Holds the part of a frame that has arrived so far: never more than twice that part, nor than the frame. */
export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);
  #have = 0;
  #begun = 0;

  /** Frames that did not come in one piece, so far: a change tells that another one was begun. */
  get begun(): number {
    return this.#begun;
  }

  /** True while the first part of a frame is held. */
  get isWaiting(): boolean {
    return this.#have > 0;
  }

  /** Bytes of an unfinished frame that are held. */
  get heldBytes(): number {
    return this.#pending.length;
  }

  /** Nothing more will come: what is held is let go, however long the link is remembered. */
  drop(): void {
    this.#pending = new Uint8Array(0);
    this.#have = 0;
  }

  /** Takes a chunk, which from now on belongs to the sink, and hands on each frame that it completes. */
  push(chunk: Uint8Array, sink: FrameSink): ReadResult {
    let offset = 0;
    while (this.#have > 0) {
      const size = this.#have < LENGTH_BYTES ? LENGTH_BYTES : frameSize(this.#pending, 0);
      if (this.#have >= LENGTH_BYTES) {
        const bad = checkSize(size, sink.maxFrameBytes);
        if (bad !== undefined) return bad;
      }
      const part = Math.min(size - this.#have, chunk.length - offset);
      this.#keep(chunk, offset, part, size);
      offset += part;
      if (this.#have < size) return 'more';
      if (size === LENGTH_BYTES) continue;
      const frame = this.#pending;
      this.#pending = new Uint8Array(0);
      this.#have = 0;
      if (!sink.frame(frame, 0, size)) return 'stopped';
    }
    const end = chunk.length;
    while (end - offset >= LENGTH_BYTES) {
      const size = frameSize(chunk, offset);
      const bad = checkSize(size, sink.maxFrameBytes);
      if (bad !== undefined) return bad;
      if (size > end - offset) break;
      if (!sink.frame(chunk, offset, size)) return 'stopped';
      offset += size;
    }
    if (offset < end) {
      const size = end - offset >= LENGTH_BYTES ? frameSize(chunk, offset) : LENGTH_BYTES;
      this.#begun++;
      this.#keep(chunk, offset, end - offset, size);
    }
    return 'more';
  }

  #keep(chunk: Uint8Array, offset: number, length: number, frameBytes: number): void {
    const need = this.#have + length;
    if (need > this.#pending.length) {
      const grown = new Uint8Array(Math.min(Math.max(2 * need, FIRST_PENDING_BYTES), Math.max(frameBytes, need)));
      grown.set(this.#pending.subarray(0, this.#have));
      this.#pending = grown;
    }
    this.#pending.set(chunk.subarray(offset, offset + length), this.#have);
    this.#have = need;
  }
}

function frameSize(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset) + LENGTH_BYTES;
}

function checkSize(size: number, max: number): 'too-large' | 'malformed' | undefined {
  if (size > max) return 'too-large';
  return size < MIN_FRAME_BYTES ? 'malformed' : undefined;
}
