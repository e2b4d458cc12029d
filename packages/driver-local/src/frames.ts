/**
 * How the driver and a lab keeper talk on their socket: frames of a 4-byte big-endian length and that many bytes of JSON
 * in UTF-8. A length in front, not a line end behind: a frame carries lines of any content. Messages are in messages.ts.
 */

/** The longest frame, in bytes: a line of 4 Mi characters, each escaped to its longest form in JSON, and some more. */
export const MAX_FRAME_BYTES: number = 64 * 1024 * 1024;

const HEADER_BYTES = 4;

/** Encodes a message as one frame. */
export function encodeFrame(message: unknown): Buffer {
  const json = JSON.stringify(message);
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame.write(json, HEADER_BYTES);
  return frame;
}

/** Takes bytes in any chunks and hands on each message that they complete. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted: number | undefined;
  readonly #onMessage: (message: unknown) => void;

  constructor(onMessage: (message: unknown) => void) {
    this.#onMessage = onMessage;
  }

  /**
   * Takes the next bytes.
   * @throws {SyntaxError} when they are no frames; {RangeError} when a frame is longer than {@link MAX_FRAME_BYTES}.
   */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#length < HEADER_BYTES) return;
        this.#wanted = this.#take(HEADER_BYTES).readUInt32BE(0);
        if (this.#wanted > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${this.#wanted} bytes is too long`);
      }
      if (this.#length < this.#wanted) return;
      const json = this.#take(this.#wanted).toString('utf8');
      this.#wanted = undefined;
      this.#onMessage(JSON.parse(json));
    }
  }

  #take(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) {
      this.#length -= bytes;
      if (first.length === bytes) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = all.length > bytes ? [all.subarray(bytes)] : [];
    this.#length = all.length - bytes;
    return all.subarray(0, bytes);
  }
}
