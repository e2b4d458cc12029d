/** Waits until the links of a lab are back after a fault: by themselves, or dialled where that takes too long. */
import { type LabClock, LabError } from '@peerlab/driver';
import { awaitMembership } from './await-membership.ts';
import type { LinkedLab } from './linked-lab.ts';
import { dialMissing, type LinkFault, surveyLinks } from './wiring.ts';

/** How long a wait for recovery may take. */
export interface RecoveryOptions {
  /**
   * How long links may take to come back by themselves before the lab dials them, in milliseconds.
   * @default 8000: peers dial again within 5 s
   */
  readonly ownMs?: number | undefined;
  /** How long it may take altogether. @default 60000: a peer notices within 25 s that a paused neighbour has left it */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The links are back. */
export interface LinksBack {
  /** How many are up at both ends. */
  readonly links: number;
  /** Those that did not come back by themselves, and that the lab dialled. */
  readonly dialled: number;
  /** How long it took, in milliseconds on the lab's clock. */
  readonly timeMs: number;
}

/** What is waited for, and with what. */
export interface AwaitedLinks {
  /** The lab as it is now. */
  readonly now: () => LinkedLab;
  /** Looks at the peers anew. */
  readonly refresh: () => Promise<void>;
  readonly clock: LabClock;
}

const OWN_MS = 8000;
const TIMEOUT_MS = 60_000;
/** Between two looks at the links, in milliseconds. */
const LOOK_MS = 20;
const MAX_LOOK_MS = 200;

/** Peers mend their own links themselves: the lab helps late, as that is what is to be seen. */
const HELP_SHARE = 0.5;

/**
 * Waits until every drawn link that no fault keeps down is up at both ends; where peers choose their own links, until they have
 * found each other.
 * @throws {LabError} `LINKS_MISSING` naming those that did not return; `ABORTED`
 */
export async function awaitLinks(awaited: AwaitedLinks, options: RecoveryOptions): Promise<LinksBack> {
  if (awaited.now().topology.ownLinks === true) return await awaitOwnLinks(awaited, options);
  const { now, refresh, clock } = awaited;
  const { ownMs = OWN_MS, timeoutMs = TIMEOUT_MS, signal } = options;
  const startedAtMs = clock.nowMs();
  let dialled = 0;
  let hasDialled = false;
  for (let looks = 0; ; looks++) {
    if (signal?.aborted) throw new LabError('ABORTED', 'cancelled while waiting for the links to return');
    const { faults, up } = await surveyLinks(now());
    const missing = faults.filter(isMissing);
    const timeMs = clock.nowMs() - startedAtMs;
    if (missing.length === 0) return { links: up, dialled, timeMs };
    if (timeMs > timeoutMs) throw notBack(missing, timeoutMs);
    if (timeMs > ownMs && !hasDialled) {
      hasDialled = true;
      dialled = await dialMissing({ ...now(), lookAgain: async () => await refresh().then(() => now().endpoints) });
      continue;
    }
    await clock.until(clock.nowMs() + Math.min(MAX_LOOK_MS, LOOK_MS * 2 ** looks), signal).catch(() => undefined);
  }
}

async function awaitOwnLinks(
  { now, refresh, clock }: AwaitedLinks,
  { timeoutMs = TIMEOUT_MS, ownMs = timeoutMs * HELP_SHARE, signal }: RecoveryOptions,
): Promise<LinksBack> {
  let dialled = 0;
  const lookAgain = async (): Promise<LinkedLab['endpoints']> => await refresh().then(() => now().endpoints);
  const run = async (): Promise<void> => {
    dialled = await dialMissing({ ...now(), lookAgain });
  };
  const help = { afterMs: ownMs, run };
  const { isFound, timeMs } = await awaitMembership(now, { timeoutMs, clock, signal, help });
  if (signal?.aborted) throw new LabError('ABORTED', 'cancelled while waiting for the peers to find each other');
  const { up } = await surveyLinks(now());
  if (isFound) return { links: up, dialled, timeMs };
  const message = `the peers did not find each other within ${timeoutMs} ms`;
  throw new LabError('LINKS_MISSING', message, { details: { links: up } });
}

/** A neighbour of a peer that does not run may hold its link for a while yet: that is not one that is missing. */
function isMissing({ fault, culprit }: LinkFault): boolean {
  return fault !== 'cut' && fault !== 'not-drawn' && culprit === undefined;
}

function notBack(missing: readonly LinkFault[], timeoutMs: number): LabError {
  const shown = missing.slice(0, 5).map(({ detail }) => detail);
  const more = missing.length > shown.length ? `; and ${missing.length - shown.length} more` : '';
  const message = `the links did not return within ${timeoutMs} ms: ${shown.join('; ')}${more}`;
  return new LabError('LINKS_MISSING', message, { details: { missing } });
}
