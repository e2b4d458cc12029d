/** The one stream out of a pack: lines of many peers, each marked, and lines of the host; those of one turn leave together. */
import { type HostLine, type PackedLine, packLine } from '@peerlab/contract';
import type { LineOutput } from '../line-writer.ts';
import { OwnQuestions } from './own-questions.ts';

/** Where text goes. */
export interface PackSink {
  write(text: string): void;
  /** What nobody has taken yet, in bytes. */
  readonly waitingBytes: number;
}

/** See the module's header. */
export class PackedOutput {
  readonly #sink: PackSink;
  /** Takes lines that answer the host itself. */
  readonly questions: OwnQuestions = new OwnQuestions();
  #batch: string[] = [];
  #batchLength = 0;

  constructor(sink: PackSink) {
    this.#sink = sink;
  }

  /** What nobody has taken yet, in bytes. */
  get waitingBytes(): number {
    return this.#sink.waitingBytes + this.#batchLength;
  }

  /** A line of a peer. */
  peer(place: number, line: string, stream?: PackedLine['stream']): void {
    if (stream !== 'stderr' && this.questions.take(line)) return;
    this.#add(packLine(place, line, stream));
  }

  /** A line of the host. */
  host(line: HostLine): void {
    this.#add(JSON.stringify(line));
  }

  /** Writes what waits at once: for the end of the process. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const text = `${this.#batch.join('\n')}\n`;
    this.#batch = [];
    this.#batchLength = 0;
    this.#sink.write(text);
  }

  #add(line: string): void {
    if (this.#batch.length === 0) setImmediate(() => this.flush());
    this.#batch.push(line);
    this.#batchLength += line.length;
  }
}

/** The output of one peer, whose agent writes whole lines, into that of the pack. */
export class PeerOutput implements LineOutput {
  readonly #place: number;
  readonly #output: PackedOutput;

  constructor(place: number, output: PackedOutput) {
    this.#place = place;
    this.#output = output;
  }

  /** All that waits in the pack: what nobody reads is bounded for all peers together. */
  get writableLength(): number {
    return this.#output.waitingBytes;
  }

  /** The stream of the pack reports neither. */
  on(): void {}

  write(text: string, done?: () => void): void {
    for (const line of text.slice(0, -1).split('\n')) this.#output.peer(this.#place, line);
    done?.();
  }
}
