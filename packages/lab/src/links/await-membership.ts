/**
 * Waits until peers that choose their own links have found each other: every side of the lab hangs together, and either each
 * peer lists all others or the lists stand still, for no peer need list all.
 */
import type { LabClock } from '@peerlab/driver';
import type { LinkedLab } from './linked-lab.ts';
import { groupsOf, type Membership, partsOf, readMembership } from './membership.ts';

/** How long lists that are not full must stand still, in milliseconds. @default 3000: a few rounds of a gossip of one second */
const STILL_MS = 3000;
/** Between two looks, in milliseconds: each is a command at every peer. */
const LOOK_MS = 100;
const MAX_LOOK_MS = 1000;

/** How the wait is bounded, and what may help. */
export interface MembershipWait {
  readonly timeoutMs: number;
  readonly clock: LabClock;
  readonly signal?: AbortSignal | undefined;
  /** Done once, after so many milliseconds in which they did not find each other. */
  readonly help?: { readonly afterMs: number; readonly run: () => Promise<void> } | undefined;
}

/** How it ended. */
export interface AwaitedMembership {
  readonly membership: Membership;
  /** False: they had not found each other when the time was over. */
  readonly isFound: boolean;
  readonly timeMs: number;
}

/** See the module's header. @param now the lab as it is now */
export async function awaitMembership(now: () => LinkedLab, wait: MembershipWait): Promise<AwaitedMembership> {
  const { timeoutMs, clock, signal, help } = wait;
  const startedAtMs = clock.nowMs();
  let [last, changedAtMs, hasHelped] = ['', startedAtMs, false];
  for (let looks = 0; ; looks++) {
    const membership = await readMembership(now());
    const atMs = clock.nowMs();
    const text = JSON.stringify(membership.lists);
    if (text !== last) [last, changedAtMs] = [text, atMs];
    const state = stateOf(membership, now());
    const timeMs = atMs - startedAtMs;
    if (state === 'full' || (state === 'connected' && atMs - changedAtMs >= STILL_MS)) {
      return { membership, isFound: true, timeMs };
    }
    if (timeMs >= timeoutMs || signal?.aborted === true) {
      return { membership, isFound: state === 'connected', timeMs };
    }
    if (help !== undefined && !hasHelped && state === 'apart' && timeMs >= help.afterMs) {
      hasHelped = true;
      await help.run();
      continue;
    }
    const pauseMs = Math.min(MAX_LOOK_MS, LOOK_MS * 2 ** Math.min(looks, 10), startedAtMs + timeoutMs - atMs);
    await clock.until(atMs + pauseMs, signal).catch(() => undefined);
  }
}

/** `full`: each peer lists all others of its side. Peers that cannot tell are left out. */
function stateOf(membership: Membership, { endpoints, whyCut }: LinkedLab): 'apart' | 'connected' | 'full' {
  const running = endpoints.flatMap((end, i) => (end === undefined ? [] : [i]));
  const sides = partsOf(running, peer => running.filter(other => other !== peer && whyCut(peer, other) === undefined));
  const { lists, failures } = membership;
  if (failures.length > 0) return 'apart';
  const told = (side: readonly number[]): number[] => side.filter(peer => lists[peer] !== undefined);
  if (sides.some(side => told(side).length > 0 && groupsOf(side, membership).length > 1)) return 'apart';
  const isFull = sides.every(side =>
    told(side).every(peer => side.every(other => other === peer || lists[peer]?.includes(other))),
  );
  return isFull ? 'full' : 'connected';
}
