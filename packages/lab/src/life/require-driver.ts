/** Whether the lab can be seen at all: no peer is blamed for what its engine does. */
import { LabError, type PeerFacts, type RunningLab } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

/** How long the driver may take to look at its lab, in milliseconds. @default 10000: a busy engine takes seconds for its list */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Has the driver look at its lab, thoroughly.
 * @throws {LabError} `ENGINE_UNREACHABLE` where it cannot see all of it, or takes too long
 */
export async function requireDriver(running: RunningLab, timeoutMs: number = ANSWER_TIMEOUT_MS): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = startTimer(() => reject(unanswered(running, timeoutMs)), timeoutMs);
  });
  try {
    requireSeen(running.name, await Promise.race([running.survey(true), late]));
  } finally {
    stopTimer(timer);
  }
}

/**
 * Makes sure that the driver sees every peer: one that it does not see may run, relay and receive, and nothing can be proven beside it.
 * @throws {LabError} `ENGINE_UNREACHABLE` with the engine that does not answer
 */
export function requireSeen(lab: string, peers: readonly PeerFacts[]): void {
  const unseen = peers.filter(peer => peer.unseen !== undefined);
  const [first] = unseen;
  if (first === undefined) return;
  const others = unseen.length - 1;
  const who = others === 0 ? first.name : `${first.name} and ${others} more`;
  throw new LabError('ENGINE_UNREACHABLE', `not proven: ${first.unseen}, so ${who} of ${lab} cannot be judged`, {
    advice: `bring the engine back; lab inspect ${lab} shows the rest, and lab down ${lab} removes it`,
    details: { lab, engineName: first.engine, unseen: unseen.map(({ name }) => name) },
    definite: false,
  });
}

function unanswered({ name, driver }: RunningLab, timeoutMs: number): LabError {
  const message = `the driver ${driver} did not say within ${timeoutMs / 1000} s which peers of ${name} run: its engine is stopped or hangs`;
  return new LabError('ENGINE_UNREACHABLE', message, {
    advice: `start or restart the engine, then remove what is left: lab down ${name}`,
    details: { lab: name, driver },
    definite: false,
  });
}
