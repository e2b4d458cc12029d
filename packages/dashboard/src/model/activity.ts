/** How much happened when, for a chart: counts in equal spans of the lab's clock. Bounded: the spans widen as time goes by. */

/** What is counted. */
export const ACTIVITY_KINDS = ['sent', 'received', 'duplicate', 'dropped'] as const;

/** One of them. */
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** Spans that are kept at most; then two become one. @default 512: more than a chart has pixels on a phone */
const MAX_SPANS = 512;

/** See the module's header. */
export class Activity {
  /** Width of a span, in milliseconds. @default 1: a flood in a simulation takes a few */
  spanMs = 1;
  #firstMs: number | undefined;
  #counts: Record<ActivityKind, number[]> = { sent: [], received: [], duplicate: [], dropped: [] };

  add(kind: ActivityKind, atMs: number, count: number): void {
    this.#firstMs ??= Math.floor(atMs);
    const firstMs = this.#firstMs;
    let span = Math.max(0, Math.floor((atMs - firstMs) / this.spanMs));
    while (span >= MAX_SPANS) {
      for (const one of ACTIVITY_KINDS) this.#counts[one] = halved(this.#counts[one]);
      this.spanMs *= 2;
      span = Math.floor((atMs - firstMs) / this.spanMs);
    }
    const counts = this.#counts[kind];
    while (counts.length <= span) counts.push(0);
    counts[span] = (counts[span] ?? 0) + count;
  }

  /** Columns of a chart: where each span begins, in milliseconds, and what fell into it, by kind. */
  columns(): { readonly atMs: readonly number[]; readonly counts: Readonly<Record<ActivityKind, readonly number[]>> } {
    const spans = Math.max(0, ...ACTIVITY_KINDS.map(kind => this.#counts[kind].length));
    const firstMs = this.#firstMs ?? 0;
    const filled = (kind: ActivityKind): number[] =>
      Array.from({ length: spans }, (_, i) => this.#counts[kind][i] ?? 0);
    return {
      atMs: Array.from({ length: spans }, (_, i) => firstMs + i * this.spanMs),
      counts: {
        sent: filled('sent'),
        received: filled('received'),
        duplicate: filled('duplicate'),
        dropped: filled('dropped'),
      },
    };
  }
}

function halved(counts: readonly number[]): number[] {
  return Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, i) => (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0),
  );
}
