/** Ends a program that the engine runs beside a peer, by a helper container that shares the peer's process ids: end-marked.ts. */
import { LabError } from '@peerlab/driver';
import { EXECUTION_VARIABLE, endMarked } from './end-marked.ts';
import type { Engine } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { runHelper } from './helper.ts';
import { ensureImage } from './image.ts';
import type { DockerSettings } from './options.ts';

/** How long a program that was told to end may take before it is killed, in milliseconds. */
const LEAVE_MS = 2000;

/** How long a killed program may take to be gone, in milliseconds: one in a frozen container is not. */
const GIVE_UP_MS = 10_000;

/** What ends a program, beyond its own rights: to see the environment of every process there, and to send it a signal. */
const RIGHTS: readonly string[] = ['KILL', 'SYS_PTRACE', 'DAC_READ_SEARCH'];

/**
 * Ends the processes of a container that carry a mark, and what they have started.
 * @throws {LabError} `PEER_SILENT` when they are not gone in time; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`, and `CANNOT_CARRY` where
 *   the helper's image cannot be made
 */
export async function endExecution(
  engine: Engine,
  settings: DockerSettings,
  { containerId, mark, peer }: { readonly containerId: string; readonly mark: string; readonly peer: string },
): Promise<void> {
  const { reference } = await ensureImage(engine, settings, await engineFacts(engine));
  const call = [EXECUTION_VARIABLE, mark, LEAVE_MS, GIVE_UP_MS].map(value => JSON.stringify(value)).join(', ');
  const { exitCode, output } = await runHelper(engine, {
    what: 'ending a program',
    image: reference,
    entrypoint: ['node', '-e', `(${endMarked})(${call})`],
    words: [],
    host: { NetworkMode: 'none', PidMode: `container:${containerId}`, CapAdd: [...RIGHTS] },
  });
  if (exitCode === 0) return;
  throw new LabError('PEER_SILENT', `a program beside ${peer} did not end within ${GIVE_UP_MS / 1000} s of SIGKILL`, {
    advice: 'the peer may be paused: unpause it',
    details: { peer, output },
  });
}
