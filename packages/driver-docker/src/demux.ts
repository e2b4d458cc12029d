/**
 * Docker's multiplexed stream (Engine API, "Attach to a container"): frames of an 8-byte header - stream, three zero
 * bytes, length as a big-endian 32-bit number - and a payload. Cut into lines per stream, in the order of arrival.
 */
import { StringDecoder } from 'node:string_decoder';
import { LineSplitter } from '@peerlab/contract';
import { UnfinishedLine } from '@peerlab/driver';

const HEADER_BYTES = 8;
const STDERR = 2;

/** The two streams of a container's output. */
export type OutputStream = 'stdout' | 'stderr';

/** Takes the bytes of a multiplexed stream in any chunks, and hands on those of each stream. */
export class Demultiplexer {
  readonly #header: Buffer = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #payloadLeft = 0;
  #current: OutputStream = 'stdout';
  readonly #onChunk: (chunk: Buffer, stream: OutputStream) => void;

  constructor(onChunk: (chunk: Buffer, stream: OutputStream) => void) {
    this.#onChunk = onChunk;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const end = Math.min(chunk.length, at + this.#payloadLeft);
        this.#onChunk(chunk.subarray(at, end), this.#current);
        this.#payloadLeft -= end - at;
        at = end;
      } else {
        at = this.#takeHeader(chunk, at);
      }
    }
  }

  #takeHeader(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + HEADER_BYTES - this.#headerFilled);
    chunk.copy(this.#header, this.#headerFilled, at, end);
    this.#headerFilled += end - at;
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0;
      this.#current = this.#header[0] === STDERR ? 'stderr' : 'stdout';
      this.#payloadLeft = this.#header.readUInt32BE(4);
    }
    return end;
  }
}

/** The same, in whole lines. */
export class LineDemultiplexer {
  readonly #chunks: Demultiplexer;
  readonly #lines: Readonly<Record<OutputStream, StreamLines>>;

  constructor(onLine: (line: string, stream: OutputStream) => void) {
    const lines = {
      stdout: new StreamLines(line => onLine(line, 'stdout')),
      stderr: new StreamLines(line => onLine(line, 'stderr')),
    };
    this.#lines = lines;
    this.#chunks = new Demultiplexer((chunk, stream) => lines[stream].push(chunk));
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /** Hands on what stands without a line end: for the end of the stream. */
  end(): void {
    this.#lines.stdout.end();
    this.#lines.stderr.end();
  }
}

class StreamLines {
  readonly #decoder: StringDecoder = new StringDecoder('utf8');
  readonly #splitter: LineSplitter;
  readonly #unfinished: UnfinishedLine;

  constructor(onLine: (line: string) => void) {
    this.#splitter = new LineSplitter(onLine);
    this.#unfinished = new UnfinishedLine(this.#splitter);
  }

  push(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    if (text !== '') this.#splitter.push(text);
    this.#unfinished.look();
  }

  end(): void {
    this.#unfinished.stop();
    const rest = this.#decoder.end();
    if (rest !== '') this.#splitter.push(rest);
    this.#splitter.end();
  }
}
