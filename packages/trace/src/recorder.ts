/** Writes a trace, line by line, to wherever it is kept or shown. What a lab tells it is packages/lab/src/recording.ts. */
import type { PeerEvent } from '@peerlab/contract';
import type { LabTraceEvent, TraceEvent, TraceHeader } from './format.ts';

/** Takes the lines of a trace. `line` is without its line end. */
export type TraceSink = (line: string, value: TraceHeader | TraceEvent) => void;

/** See the module's header. */
export class TraceRecorder {
  readonly #sink: TraceSink;
  readonly #now: () => number;
  #events = 0;
  #isEnded = false;

  /** @param now milliseconds since the recording began, or the lab's own time: for events that bring none */
  constructor(header: TraceHeader, now: () => number, sink: TraceSink) {
    this.#sink = sink;
    this.#now = now;
    sink(JSON.stringify(header), header);
  }

  /** Takes what a peer told. @param atMs when, on the lab's own clock; @default now */
  heard(by: string, event: PeerEvent, atMs: number = this.#now()): void {
    this.#add({ atMs: rounded(atMs), by, ...event });
  }

  /** Takes what happened to the lab, or was done to it. */
  note(event: LabTraceEvent): void {
    this.#add({ atMs: rounded(this.#now()), ...event });
  }

  /** Writes the closing line; what comes after it is not recorded. */
  end(): void {
    if (this.#isEnded) return;
    this.#add({ atMs: rounded(this.#now()), event: 'end', events: this.#events });
    this.#isEnded = true;
  }

  #add(event: TraceEvent): void {
    if (this.#isEnded) return;
    this.#events++;
    this.#sink(JSON.stringify(event), event);
  }
}

/** Microseconds are what a clock tells; more digits only make the file larger. */
function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1000) / 1000);
}
