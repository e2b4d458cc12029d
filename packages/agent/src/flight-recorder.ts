/**
 * The flight recorder: what this peer did with each of the latest messages, so that the lab can explain the very
 * message that failed, without running it again. Bounded by records; the oldest message goes first, and it is known how
 * far back the memory is whole.
 */
import type { HistoryResult, TraceRecordEvent } from '@peerlab/contract';

/** Records that are kept. @default 20000: every message of a default check on a hundred peers, in a few megabytes */
export const MAX_RECORDS = 20_000;

interface Recorded {
  /** Of the first record. */
  readonly sinceMs: number;
  readonly records: TraceRecordEvent[];
}

/** See the module's header. Times are in milliseconds on a clock that never goes back. */
export class FlightRecorder {
  readonly #maxRecords: number;
  readonly #byMessage: Map<string, Recorded> = new Map();
  /** Of what came before this time, something may be missing: this peer started then, or forgot a message from then. */
  #wholeSinceMs: number;
  #count = 0;

  constructor(startedAtMs: number, maxRecords: number = MAX_RECORDS) {
    this.#wholeSinceMs = startedAtMs;
    this.#maxRecords = maxRecords;
  }

  /** Keeps a record. */
  keep(record: TraceRecordEvent, nowMs: number): void {
    const known = this.#byMessage.get(record.id);
    if (known === undefined) this.#byMessage.set(record.id, { sinceMs: nowMs, records: [record] });
    else known.records.push(record);
    this.#count++;
    while (this.#count > this.#maxRecords) {
      const oldest = this.#byMessage.entries().next();
      if (oldest.done) return;
      const [id, { sinceMs, records }] = oldest.value;
      this.#byMessage.delete(id);
      this.#count -= records.length;
      this.#wholeSinceMs = Math.max(this.#wholeSinceMs, sinceMs);
    }
  }

  /** The records of a message, and how far back those of all messages are complete. */
  recall(messageId: string, nowMs: number): HistoryResult {
    const records = this.#byMessage.get(messageId)?.records ?? [];
    return { records, recordedMs: Math.max(0, nowMs - this.#wholeSinceMs) };
  }
}
