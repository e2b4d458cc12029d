/**
 * The flight recorder: what this peer did with each of the latest messages, so that the lab can explain the very
 * message that failed, without running it again. Bounded by records; the oldest message goes first.
 */
import type { TraceRecordEvent } from '@peerlab/contract';

/** Records that are kept. @default 20000: every message of a default check on a hundred peers, in a few megabytes */
export const MAX_RECORDS = 20_000;

/** See the module's header. */
export class FlightRecorder {
  readonly #maxRecords: number;
  readonly #byMessage: Map<string, TraceRecordEvent[]> = new Map();
  #count = 0;

  constructor(maxRecords: number = MAX_RECORDS) {
    this.#maxRecords = maxRecords;
  }

  /** Keeps a record. */
  keep(record: TraceRecordEvent): void {
    const records = this.#byMessage.get(record.id);
    if (records === undefined) this.#byMessage.set(record.id, [record]);
    else records.push(record);
    this.#count++;
    while (this.#count > this.#maxRecords) {
      const oldest = this.#byMessage.entries().next();
      if (oldest.done) return;
      this.#byMessage.delete(oldest.value[0]);
      this.#count -= oldest.value[1].length;
    }
  }

  /** The records of a message, in order; none when it is not known, or not any more. */
  recall(messageId: string): readonly TraceRecordEvent[] {
    return this.#byMessage.get(messageId) ?? [];
  }
}
