/** "stop" and "The end". */
import { pause } from '@peerlab/timers';
import { BareProcess } from '../bare-process.ts';
import type { Clause } from '../clause.ts';
import { hold, inWords } from '../clause-errors.ts';
import type { Stage } from '../stage.ts';

/** How long a peer is watched that must not end, in milliseconds: one that ends at the end of its input does so at once. */
const LASTING_MS = 500;

/** How often a container is looked at, in milliseconds. */
const LOOK_AGAIN_MS = 100;

/** In the order in which they are tried. */
export const END_CLAUSES: readonly Clause[] = [
  {
    id: 'end.stop',
    says: 'answers stop, and then exits with status 0',
    on: 'alone',
    ends: true,
    run: async stage => {
      const { result, error } = await stage.peer().ask({ command: 'stop' });
      hold(result !== undefined, `stop was refused: ${JSON.stringify(error)}`);
      await exitsWith0(stage, 'stop');
    },
  },
  signalled('SIGTERM'),
  signalled('SIGINT'),
  {
    id: 'end.input',
    says: 'exits with status 0 after the end of its input if PEERLAB_EPHEMERAL is 1',
    on: 'alone',
    ends: true,
    run: async stage => {
      if (stage.running.peers.some(({ containerId }) => containerId !== undefined)) {
        await containerEnds(stage);
        return;
      }
      await using started = await BareProcess.start(stage.kind, true, stage.boundMs);
      started.endInput();
      const ended = await started.ended();
      hold(ended === 'exited with status 0', ended === undefined ? 'it keeps running' : `it ${ended}`);
    },
  },
  {
    id: 'end.lasting',
    says: 'keeps running after the end of its input if PEERLAB_EPHEMERAL is 0',
    on: 'alone',
    run: async stage => {
      await using started = await BareProcess.start(stage.kind, false, stage.boundMs);
      started.endInput();
      const ended = await started.ended(LASTING_MS);
      hold(ended === undefined, `it ${ended}`);
    },
  },
];

function signalled(signal: 'SIGTERM' | 'SIGINT'): Clause {
  return {
    id: `end.${signal.toLowerCase()}`,
    says: `exits with status 0 after ${signal}`,
    on: 'alone',
    ends: true,
    run: async stage => {
      await stage.running.kill(0, signal);
      await exitsWith0(stage, signal);
    },
  };
}

async function exitsWith0(stage: Stage, after: string): Promise<void> {
  const { ended } = stage.peer();
  const late = new AbortController();
  const end = await Promise.race([ended, pause(stage.boundMs, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  hold(end !== undefined, `it still runs ${stage.boundMs} ms after ${after}`);
  hold(end.exitCode === 0, `after ${after} it ${inWords(end.reason)}`);
}

/** A throw-away container is gone with its end, and so is its status: that it ends is what can be seen. */
async function containerEnds(stage: Stage): Promise<void> {
  stage.peer().letGo();
  const giveUpMs = performance.now() + stage.boundMs;
  for (;;) {
    const [peer] = await stage.running.survey();
    if (peer?.state !== 'running') return;
    hold(performance.now() < giveUpMs, `it still runs ${stage.boundMs} ms after the end of its input`);
    await pause(LOOK_AGAIN_MS);
  }
}
