/** The JSON documents of `lab fault`, `lab link` and `lab chaos`: docs/CLI.md says the same, and tests check both. */
import { type Verdict, verdictOf } from '@peerlab/finding';
import type { ActiveFault, AppliedFault, ChaosResult, Lab, Recovery } from '@peerlab/lab';
import type { CheckDocument } from './documents.ts';
import { checkDocument } from './documents.ts';

/** A fault that was put in force. */
export interface AppliedDocument extends Pick<AppliedFault, 'text' | 'peers' | 'links' | 'notes'> {
  readonly verb: string;
  /** Null where no latency was asked for, or nobody could measure it. */
  readonly latency: AppliedFault['latency'] | null;
}

/** How the links came back. */
export type RecoveryDocument = Pick<Recovery, 'links' | 'timeMs' | 'dialled'>;

/** `lab fault`; `lab link`. */
export interface FaultDocument {
  readonly lab: string;
  /** Null where there were no faults: `ls`, `heal`, repairs. */
  readonly applied: AppliedDocument | null;
  /** Null if nothing was lifted or repaired. */
  readonly recovery: RecoveryDocument | null;
  /** What is in force at the end. */
  readonly faults: readonly ActiveFault[];
}

/** `lab chaos`. */
export interface ChaosDocument {
  readonly lab: string;
  readonly seed: number;
  readonly durationMs: number;
  readonly events: readonly { readonly atMs: number; readonly event: string; readonly text: string }[];
  readonly recovery: RecoveryDocument;
  readonly checks: readonly CheckDocument[];
  /** Of all checks together. */
  readonly verdict: Verdict;
  /** No check failed. */
  readonly passed: boolean;
  /** True when it was interrupted. */
  readonly wasCut: boolean;
}

/** The document of `lab fault` and `lab link`. */
export async function faultDocument(
  lab: Lab,
  { applied, recovery }: { applied?: AppliedFault; recovery?: RecoveryDocument } = {},
): Promise<FaultDocument> {
  return {
    lab: lab.name,
    applied: applied === undefined ? null : appliedDocument(applied),
    recovery: recovery === undefined ? null : recoveryDocument(recovery),
    faults: await lab.faults(),
  };
}

/** The document of `lab chaos`. */
export function chaosDocument(
  plan: Pick<ChaosDocument, 'lab' | 'seed' | 'durationMs' | 'events'>,
  { recovery, checks, passed, wasCut }: ChaosResult,
): ChaosDocument {
  const verdict = verdictOf(checks);
  return { ...plan, recovery: recoveryDocument(recovery), checks: checks.map(checkDocument), verdict, passed, wasCut };
}

function appliedDocument({ fault, text, peers, links, notes, latency }: AppliedFault): AppliedDocument {
  return { verb: fault.verb, text, peers, links, notes, latency: latency ?? null };
}

function recoveryDocument({ links, timeMs, dialled }: RecoveryDocument): RecoveryDocument {
  return { links, timeMs, dialled };
}
