/** How `lab` ends: exit statuses, and errors as a person and as a program read them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabErrorCode } from '@peerlab/driver';
import type { ErrorDocument } from './output/documents.ts';
import { printJson } from './output/print.ts';
import { errorStyle, painted } from './output/style.ts';
import { type SystemFailure, systemFailure } from './system-failure.ts';

/** The exit statuses. */
export const EXIT = {
  /** Done; no claim failed. */
  ok: 0,
  /** A check failed, or peers do not keep the contract. */
  failed: 1,
  /** Wrong use, or a wrong topology. */
  usage: 2,
  /** The driver or its engine; a peer that does not start; and what nobody foresaw. */
  driver: 3,
  /** SIGINT, SIGTERM or SIGHUP. */
  interrupted: 130,
} as const;

/** The command line was used wrongly: the message says how, the advice what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.advice = advice;
  }
}

const STATUS: Readonly<Record<LabErrorCode | 'USAGE' | 'TOPOLOGY_INVALID', number>> = {
  USAGE: EXIT.usage,
  TOPOLOGY_INVALID: EXIT.usage,
  NAME_TAKEN: EXIT.usage,
  NO_SUCH_LAB: EXIT.usage,
  NO_SUCH_PEER: EXIT.usage,
  NOT_SUPPORTED: EXIT.usage,
  PEER_REFUSED: EXIT.failed,
  PEER_SILENT: EXIT.failed,
  CONTRACT_BROKEN: EXIT.failed,
  NOT_SETTLED: EXIT.failed,
  LINKS_MISSING: EXIT.failed,
  PEER_FAILED: EXIT.driver,
  PROGRAM_MISSING: EXIT.driver,
  CANNOT_CARRY: EXIT.driver,
  ENGINE_REFUSED: EXIT.driver,
  ENGINE_UNREACHABLE: EXIT.driver,
  ABORTED: EXIT.interrupted,
};

/** The exit status that an error's code means. */
export function statusOf(code: LabErrorCode | 'USAGE' | 'TOPOLOGY_INVALID'): number {
  return STATUS[code];
}

/** Lines of a peer's output that are shown with an error: a stack trace of Node or Python, with the message above it. */
const SHOWN_LINES = 12;

/**
 * Reports an error on standard error and, if JSON was requested, as a document on standard output.
 * Errors are known by their `code`, so that telling them needs no package loaded.
 * @param isResult false: another document is the result, and standard output holds one
 * @returns the exit status
 */
export function tellError(error: unknown, isResult = true): number {
  const { code, advice, definite, details } = factsOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === undefined) {
    const failure = systemFailure(error);
    return failure === undefined ? tellDefect(error, message) : tellSystemFailure(failure);
  }
  if (isResult && asksForJson()) printError({ code, message, advice });
  if (code === 'ABORTED' && definite !== false && advice === undefined) {
    tell(errorStyle.warn('✖'), 'interrupted');
  } else if (code === 'TOPOLOGY_INVALID') {
    for (const line of message.split('\n')) tell(errorStyle.bad('✖'), line);
  } else tell(errorStyle.bad('✖'), message, advice);
  const lines: unknown = details.lastLines ?? details.log;
  const last = Array.isArray(lines) ? lines.slice(-SHOWN_LINES) : [];
  for (const line of last) tellLine(`  ${errorStyle.dim(String(line))}`);
  return STATUS[code];
}

/** Reports that the result could not be written, on standard error alone. @returns the exit status */
export function tellUnwritten(failure: Error): number {
  const { message: why, advice } = systemFailure(failure) ?? { message: failure.message, advice: undefined };
  tell(errorStyle.bad('✖'), `the result could not be written to standard output: ${why}`, advice);
  return EXIT.driver;
}

/** True when the command line asks for JSON; looked up here too, for errors before it is understood. */
function asksForJson(): boolean {
  const literal = process.argv.indexOf('--');
  const own = literal === -1 ? process.argv : process.argv.slice(0, literal);
  return own.some((word, i, words) => {
    if (/^(-f=?|--format=)json$/.test(word)) return true;
    return (word === '-f' || word === '--format') && words[i + 1] === 'json';
  });
}

interface ErrorFacts {
  readonly code: keyof typeof STATUS | undefined;
  readonly advice: string | undefined;
  readonly definite: unknown;
  readonly details: Readonly<Record<string, unknown>>;
}

function factsOf(error: unknown): ErrorFacts {
  const { code, advice, definite, details } = Object(error);
  const isKnown = error instanceof Error && typeof code === 'string' && Object.hasOwn(STATUS, code);
  return {
    code: isKnown ? (code as keyof typeof STATUS) : undefined,
    advice: typeof advice === 'string' ? advice : undefined,
    definite,
    details: Object(details),
  };
}

function tellSystemFailure({ message, advice }: SystemFailure): number {
  if (asksForJson()) printError({ code: 'CANNOT_CARRY', message, advice });
  tell(errorStyle.bad('✖'), message, advice);
  return EXIT.driver;
}

function tellDefect(error: unknown, message: string): number {
  const where = writeDetails(error);
  const advice = where === undefined ? undefined : `the details are in ${where}`;
  const text = `an unexpected error: ${message.split('\n')[0]}`;
  if (asksForJson()) printError({ code: 'DEFECT', message: text, advice });
  tell(errorStyle.bad('✖'), advice === undefined ? text : `${text}; ${advice}`);
  return EXIT.driver;
}

function printError({ code, message, advice }: ErrorDocument['error']): void {
  const document: ErrorDocument = { error: { code, message, ...(advice === undefined ? {} : { advice }) } };
  printJson(document);
}

function tell(mark: string, message: string, advice?: string): void {
  // Only what this program says begins a line: what others wrote may have several.
  const [first = '', ...more] = message.split('\n');
  tellLine(`${mark} ${first}`);
  for (const line of [...more, ...(advice?.split('\n') ?? [])]) tellLine(`  ${line}`);
}

function tellLine(line: string): void {
  process.stderr.write(`${painted(line)}\n`);
}

function writeDetails(error: unknown): string | undefined {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'peerlab-error-')), 'details.txt');
    const facts = [`lab ${process.argv.slice(2).join(' ')}`, `node ${process.version}, ${process.platform}`];
    writeFileSync(file, `${[...facts, ...stacks(error)].join('\n')}\n`);
    return file;
  } catch {
    return undefined;
  }
}

function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.stack ?? error.message;
  return error.cause === undefined ? [own] : [own, 'caused by', ...stacks(error.cause)];
}
