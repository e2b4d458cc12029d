/** Starting peers, a bounded number at a time, each until it has said `ready`. */

import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { breachOf, LabError } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import type { KeeperSettings } from '../options.ts';
import type { Peer, StartedRun } from './peer.ts';
import { peerProcessEnvironment } from './peer-environment.ts';

/** What {@link startPeers} needs. */
export interface StartWish {
  readonly plan: LabPlan;
  readonly settings: KeeperSettings;
  /** Folder of the peers that do not set one. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Called whenever a process has been started, before anything is awaited. */
  readonly onStarted: (peer: Peer, run: number) => void;
  /** Called when one more peer is ready. */
  readonly onReady: () => void;
}

/**
 * Starts every one of these peers. After a first failure no further one is started.
 * @throws {LabError} `PEER_FAILED`, with the peer's last lines; `CONTRACT_BROKEN` for a line that breaks the contract
 *   before `ready`; `ABORTED`.
 */
export async function startPeers(peers: readonly Peer[], wish: StartWish): Promise<void> {
  const waiting = [...peers];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let peer = waiting.shift(); peer !== undefined && !failed; peer = waiting.shift()) {
      try {
        await startPeer(peer, wish);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(wish.settings.parallelism, peers.length) }, worker);
  const outcomes = await Promise.allSettled(workers);
  const failure = outcomes.find(outcome => outcome.status === 'rejected');
  if (wish.signal.aborted) throw aborted(wish.plan);
  if (failure !== undefined) throw failure.reason;
}

async function startPeer(peer: Peer, { plan, settings, cwd, signal, onStarted, onReady }: StartWish): Promise<void> {
  if (signal.aborted) throw aborted(plan);
  const { program: given, kind } = peer.planned;
  const program = given ?? kind?.program?.run ?? kind?.command ?? settings.peerProgram;
  const environment = peerProcessEnvironment(plan, peer.planned, peer.place);
  const started = peer.start(program, environment, peerFolder(peer.planned, cwd));
  onStarted(peer, started.run);
  // A program that does not speak the contract says nothing that counts here: the lab asks it otherwise.
  const isForeign = given === undefined && kind?.program !== undefined;
  if (isForeign) await runs(plan, peer, started);
  else await becomesReady(plan, peer, started, settings.readyTimeoutMs, signal);
  onReady();
}

/** @throws {LabError} `PEER_FAILED` for a program that cannot be started */
async function runs(plan: LabPlan, peer: Peer, { process }: StartedRun): Promise<void> {
  if (process.processId !== undefined) return;
  const { reason } = await process.ended;
  const { name } = peer.planned;
  const details = { lab: plan.name, peer: name };
  throw new LabError('PEER_FAILED', `the peer ${name} of ${plan.name} ${reason}`, { details });
}

function becomesReady(
  plan: LabPlan,
  peer: Peer,
  started: StartedRun,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { name } = peer.planned;
  const failure = (what: string, facts: Readonly<Record<string, unknown>>): LabError => {
    const { clause, cause, lines: lastLines } = started.lastWords();
    const told = cause === undefined ? {} : { cause };
    const details = { lab: plan.name, peer: name, ...facts, lastLines, output: started.output(), ...told };
    return new LabError('PEER_FAILED', `the peer ${name} of ${plan.name} ${what}${clause}`, { details });
  };
  return new Promise((resolve, reject) => {
    const settle = (error?: LabError): void => {
      stopTimer(bound);
      signal.removeEventListener('abort', abort);
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = (): void => settle(aborted(plan));
    const bound = startTimer(() => {
      settle(failure(`did not say ready within ${timeoutMs / 1000} s of its start`, { timeoutMs }));
    }, timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    void started.process.ready.then(broken =>
      settle(broken && breachOf(name, broken, { lab: plan.name, lastLines: started.lastWords().lines })),
    );
    void started.process.ended.then(end => settle(failure(`${end.reason} before it was ready`, { ...end })));
  });
}

/** The folder that a peer's programs run in. @param cwd that of the lab, for those without one */
export function peerFolder({ program, kind }: PlannedPeer, cwd: string): string {
  return (program === undefined ? kind?.folder : undefined) ?? cwd;
}

/** The error of an `up` that its caller gave up. */
export function aborted(plan: LabPlan): LabError {
  return new LabError('ABORTED', `up of ${plan.name} was interrupted`, { details: { lab: plan.name } });
}
