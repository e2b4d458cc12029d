/** Quantities as options take them, with their units. Files have the same reader: packages/conditions/src/read-quantity.ts. */
import { readBytes, readDurationMs, readKbps, readRatio } from '@peerlab/conditions';
import { UsageError } from './exit.ts';

/** How a kind of option is read, and what a person is told who wrote something else. */
interface OptionKind {
  readonly read: (text: string) => number | undefined;
  readonly what: string;
  readonly examples: string;
  /** A value in its unit. */
  readonly shown: (value: number) => string;
}

const BARE = /^\s*(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/;

/** A time; a bare number has this unit. */
function timeIn(unitMs: number): OptionKind['read'] {
  return text => (BARE.test(text) ? Number(text) * unitMs : readDurationMs(text));
}

function durationShown(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

const KINDS: Readonly<Record<OptionQuantity, OptionKind>> = {
  /** A time; a bare number is milliseconds. */
  ms: { read: timeIn(1), what: 'a time', examples: '200ms, 0.2s, or 200 for milliseconds', shown: durationShown },
  /** A time; a bare number is seconds. */
  seconds: { read: timeIn(1000), what: 'a time', examples: '8s, 2m, or 8 for seconds', shown: durationShown },
  /** A time; a bare number could be either. */
  duration: { read: readDurationMs, what: 'a duration', examples: '500ms, 90s or 2m', shown: durationShown },
  ratio: { read: readRatio, what: 'a share', examples: '10% or 0.1', shown: String },
  kbps: {
    read: readKbps,
    what: 'a rate',
    examples: '64kbit/s, 1.5Mbit/s, 100kB/s, or 64 for kbit/s',
    shown: value => `${value} kbit/s`,
  },
  bytes: {
    read: readBytes,
    what: 'a size',
    examples: '64KiB, 1kB, or 100 for bytes',
    shown: value => `${value} bytes`,
  },
};

/** See KINDS. */
export type OptionQuantity = 'ms' | 'seconds' | 'duration' | 'ratio' | 'kbps' | 'bytes';

/** An option's value: milliseconds, a ratio, kilobits per second, or bytes; undefined if omitted. @throws {UsageError} */
export function readQuantity(option: string, text: string | undefined, kind: OptionQuantity): number | undefined {
  if (text === undefined) return undefined;
  const { read, what, examples } = KINDS[kind];
  const found = read(text);
  if (found === undefined) throw new UsageError(`--${option} ${text}: not ${what}`, `such as ${examples}`);
  return found;
}

/** `90s`, `2m`, `500ms` in milliseconds; undefined if omitted. @throws {UsageError} for anything else, and for nothing */
export function readDuration(option: string, text: string | undefined): number | undefined {
  const found = readQuantity(option, text, 'duration');
  if (found === 0) throw new UsageError(`--${option} ${text}: not a duration`, `above 0, ${KINDS.duration.examples}`);
  return found;
}

/** As {@link readQuantity}, within bounds, both included, in the unit of the result. @throws {UsageError} */
export function readWithin(
  option: string,
  text: string,
  kind: OptionQuantity,
  [min, max]: readonly [min: number, max: number],
): number {
  const found = readQuantity(option, text, kind) ?? Number.NaN;
  if (found >= min && found <= max) return found;
  throw new UsageError(`--${option} ${text}: must be from ${KINDS[kind].shown(min)} to ${KINDS[kind].shown(max)}`);
}
