/** The default checks, one after the other. */

import { untilAborted } from '@peerlab/driver';
import type { SettleOptions } from '../settling/settle.ts';
import { checkBroadcast } from './broadcast.ts';
import type { CheckContext, CheckFinding, CheckName } from './check.ts';
import { checkDm } from './dm.ts';
import { checkLinks } from './links.ts';
import { canProbe, checkProbe } from './probe.ts';
import { checkNotTried, isIncomplete, runOrFail } from './run-or-fail.ts';
import { checkTtl } from './ttl.ts';

/** Order of the default checks. Where a kind has a probe, `probe` follows `broadcast` and what comes after it. */
export const CHECKS: readonly CheckName[] = ['links', 'broadcast', 'ttl', 'dm'];

const RUN: Readonly<Record<CheckName, (context: CheckContext) => Promise<CheckFinding>>> = {
  links: checkLinks,
  broadcast: checkBroadcast,
  ttl: checkTtl,
  dm: checkDm,
  probe: checkProbe,
};

/** Which checks to run, and the listeners. */
export interface VerifyOptions {
  /** @default all of them, in the order of CHECKS */
  readonly checks?: readonly CheckName[] | undefined;
  readonly onStart?: ((name: CheckName) => void) | undefined;
  readonly onResult?: ((result: CheckFinding) => void) | undefined;
  /** Bounds of the waits for rest. */
  readonly settle?: Omit<SettleOptions, 'signal'> | undefined;
  /**
   * How long a peer may be silent before the checks begin without it, in milliseconds.
   * @default 10000: a stall of a busy machine is shorter
   */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is asked before peers are blamed for what a dead engine would cause as well. */
export interface DriverQuestion {
  /** @throws {LabError} `ENGINE_UNREACHABLE` */
  readonly requireDriver: () => Promise<void>;
}

/**
 * Runs checks, in their order. Those after one that could not be brought to an end are not tried.
 * @param contextOf gives what a check works on as it is when the check begins
 */
export async function runChecks(
  contextOf: () => CheckContext,
  options: VerifyOptions & DriverQuestion,
): Promise<CheckFinding[]> {
  const results: CheckFinding[] = [];
  const asked = options.checks ?? CHECKS;
  const isProbed = asked.includes('broadcast') && !asked.includes('probe') && canProbe(contextOf());
  for (const name of isProbed ? [...asked, 'probe' as const] : asked) {
    options.onStart?.(name);
    const broken = results.find(isIncomplete);
    const result =
      broken === undefined
        ? await untilAborted(runOrFail(name, RUN[name], contextOf()), options.signal)
        : checkNotTried(name, broken.name);
    if (broken === undefined && result.verdict !== 'proven') {
      await untilAborted(options.requireDriver(), options.signal);
    }
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}
