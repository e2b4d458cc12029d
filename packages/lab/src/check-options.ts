/** The options of what a program may call: which there are, complete by their types. */
import { type OptionNames, optionsProblem } from '@peerlab/conditions';
import type { LogOptions } from '@peerlab/driver';
import type { VerifyOptions } from './checks/run-checks.ts';
import type { RecoveryOptions } from './links/await-links.ts';
import type { MessageOptions } from './messages/send-message.ts';
import type { WatchOptions } from './peers/watch.ts';
import type { SettleOptions } from './settling/settle.ts';

/** By the type of the options. */
export const SETTLE_OPTIONS: OptionNames<SettleOptions> = {
  stalledMs: true,
  timeoutMs: true,
  idleMs: true,
  others: true,
  othersTimeoutMs: true,
  isCut: true,
  ownCopies: true,
  tally: true,
  arrivalMs: true,
  signal: true,
};

export const VERIFY_OPTIONS: OptionNames<VerifyOptions> = {
  checks: true,
  onStart: true,
  onResult: true,
  settle: true,
  patienceMs: true,
  signal: true,
};

export const MESSAGE_OPTIONS: OptionNames<MessageOptions> = { ttl: true, withinMs: true, settle: true, signal: true };
export const RECOVERY_OPTIONS: OptionNames<RecoveryOptions> = { ownMs: true, timeoutMs: true, signal: true };
export const WATCH_OPTIONS: OptionNames<WatchOptions> = {
  trace: true,
  signal: true,
  maxWaiting: true,
  maxWaitingCharacters: true,
};
export const LOG_OPTIONS: OptionNames<LogOptions> = { tail: true, latestRun: true, follow: true, signal: true };

/** @throws {TypeError} naming an unknown option, with the nearest; the call has then done nothing */
export function checkOptions(call: string, options: unknown, names: Readonly<Record<string, true>>): void {
  const problem = optionsProblem(call, options, names);
  if (problem !== undefined) throw new TypeError(problem);
}
