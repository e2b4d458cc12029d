/** The signals that a peer can be killed by. */
import { LabError } from './lab-error.ts';

/** Signals whose default action ends a process: signal(7), without those of its terminal and its timers. */
const END_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGSYS',
  'SIGUSR1',
  'SIGUSR2',
];

/** Signals on which a peer shuts down gracefully, unless it ignores them. */
export const LEAVE_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT']);

/**
 * Does nothing for a signal that ends a process.
 * @throws {LabError} `NOT_SUPPORTED` for any other: SIGSTOP pauses, and most of the rest does nothing
 */
export function requireEndSignal(signal: NodeJS.Signals): void {
  if (END_SIGNALS.includes(signal)) return;
  const advice =
    signal === 'SIGSTOP' || signal === 'SIGCONT' ? 'use pause and unpause instead' : `one of ${END_SIGNALS.join(', ')}`;
  throw new LabError('NOT_SUPPORTED', `${signal} does not end a peer`, { advice, details: { signal } });
}

/** The failure of a peer that runs on after a signal. */
export function survived(peer: string, signal: NodeJS.Signals, timeoutMs: number, lab: string): LabError {
  return new LabError(
    'PEER_SILENT',
    `the peer ${peer} of ${lab} did not end by ${signal} within ${timeoutMs / 1000} s`,
    {
      advice: 'SIGKILL ends it; a program can ignore any other signal',
      details: { lab, peer, signal },
      definite: false,
    },
  );
}
