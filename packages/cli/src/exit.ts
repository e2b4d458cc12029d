/** How `lab` ends: exit statuses, and errors as a person reads them. Nothing else in the project knows these numbers. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError, type LabErrorCode } from '@peerlab/orchestrator';
import { TopologyError } from '@peerlab/topology';
import { style } from './output/style.ts';

/** The exit statuses. */
export const EXIT = {
  /** Done; everything that was to be proven is proven. */
  ok: 0,
  /** A check failed. */
  failed: 1,
  /** Wrong use, or a wrong topology. */
  usage: 2,
  /** The driver or its engine. */
  driver: 3,
  /** SIGINT or SIGTERM. */
  interrupted: 130,
} as const;

/** The command line was used wrongly: the message says how, the advice what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.advice = advice;
  }
}

/** Codes that mean that the user asked for the wrong thing. */
const USAGE_CODES: ReadonlySet<LabErrorCode> = new Set(['NO_SUCH_LAB', 'NO_SUCH_PEER', 'NAME_TAKEN', 'NOT_SUPPORTED']);

/** Tells of an error on standard error. @returns the exit status */
export function tellError(error: unknown): number {
  if (error instanceof TopologyError) {
    for (const line of error.message.split('\n')) tell(line);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    tell(error.message, error.advice);
    return EXIT.usage;
  }
  if (error instanceof LabError) {
    if (error.code === 'ABORTED') return EXIT.interrupted;
    tell(error.message, error.advice);
    const lines: unknown = error.details.lastLines ?? error.details.log;
    if (Array.isArray(lines))
      for (const line of lines.slice(-5)) process.stderr.write(`  ${style.dim(String(line))}\n`);
    return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.driver;
  }
  const where = writeDetails(error);
  const message = error instanceof Error ? error.message : String(error);
  tell(
    `an unexpected error: ${message.split('\n')[0]}`,
    where === undefined ? undefined : `the details are in ${where}`,
  );
  return EXIT.driver;
}

function tell(message: string, advice?: string): void {
  process.stderr.write(`${style.bad('✖')} ${message}\n`);
  if (advice !== undefined) process.stderr.write(`  ${advice}\n`);
}

function writeDetails(error: unknown): string | undefined {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'peerlab-error-')), 'details.txt');
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeFileSync(file, `${process.argv.slice(2).join(' ')}\nnode ${process.version}\n${text}\n`);
    return file;
  } catch {
    return undefined;
  }
}
