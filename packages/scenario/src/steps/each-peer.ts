/** Looks at several peers, again and again where a step says within which time it must hold. */

import type { Lab } from '@peerlab/lab';
import type { Bound } from './bound.ts';
import { listed } from './step-title.ts';

/** What was seen at one peer. */
export interface PeerAnswer {
  /** Why it is not what was expected; left out where it is. */
  readonly problem?: string;
  /** True where another look cannot find anything else. */
  readonly isFinal?: boolean;
  /** True where nothing could be run, or seen, at the peer at all. */
  readonly isNotRun?: boolean;
  /** Why nobody can tell what is to be run, or looked for, where a template names a value that is not known. */
  readonly unknown?: string;
  /** For the report, a line each. */
  readonly printed: readonly string[];
}

/** Peers that are looked at at the same time. */
const AT_ONCE = 8;

/** Between two looks at one peer, in milliseconds. */
const LOOK_AGAIN_MS = 250;

/**
 * The last answer of each peer, in the order of the step: the first that is as expected, or, when the time is over, the latest.
 * Without `withinMs` each is asked once.
 */
export async function atEachPeer(
  { clock }: Pick<Lab, 'clock'>,
  { on, withinMs }: { readonly on: readonly string[]; readonly withinMs?: number | undefined },
  bound: Bound,
  ask: (peer: string, signal: AbortSignal) => Promise<PeerAnswer>,
): Promise<readonly (PeerAnswer & { readonly peer: string })[]> {
  const untilMs = clock.nowMs() + (withinMs ?? 0);
  const waiting = [...on.entries()];
  const pending = new Set(on);
  const answers: (PeerAnswer & { readonly peer: string })[] = [];
  const isOver = (): boolean => clock.nowMs() >= untilMs;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [i, peer] = next;
      bound.waitFor(`the answer of ${listed([...pending])}`);
      const answer = { peer, ...(await ask(peer, bound.signal)) };
      answers[i] = answer;
      if (answer.problem === undefined || answer.isFinal === true || answer.unknown !== undefined || isOver()) {
        pending.delete(peer);
        continue;
      }
      const again = clock.until(Math.min(clock.nowMs() + LOOK_AGAIN_MS, untilMs), bound.signal);
      await again;
      waiting.push(next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, on.length) }, work));
  return answers;
}

/** Why nothing is known of a peer, where that is not its own fault. @param isDown true for a peer that a fault keeps from running */
export function whyOpen(
  { peer, isNotRun, unknown }: PeerAnswer & { readonly peer: string },
  isDown: (peer: string) => boolean,
): string | undefined {
  return unknown ?? (isNotRun === true && isDown(peer) ? `a fault keeps ${peer} from running` : undefined);
}
