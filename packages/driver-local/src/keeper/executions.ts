/** The programs that run beside peers, by the controllers that asked for them: each ends with its controller, and with its peer. */
import { randomUUID } from 'node:crypto';
import type { Asked } from '../messages.ts';
import type { Controller } from './controller.ts';
import { EXECUTION_VARIABLE, PeerExecution } from './execution.ts';
import type { Peer } from './peer.ts';

type ExecAsked = Extract<Asked, { ask: 'exec' }>;
type ToldAsked = Extract<Asked, { ask: 'exec-input' | 'exec-kill' }>;

/** Where programs of a peer run. */
export interface PeerSurroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** See the module's header. */
export class Executions {
  readonly #running: Map<Controller, Map<number, PeerExecution>> = new Map();

  /** Starts one. Resolves when it runs. @throws {LabError} as {@link PeerExecution.start}; `PEER_FAILED` when the peer ended meanwhile */
  async start(controller: Controller, asked: ExecAsked, peer: Peer, { env, cwd }: PeerSurroundings): Promise<void> {
    const { id: exec, command, hasInput } = asked;
    const own = this.#running.get(controller) ?? new Map<number, PeerExecution>();
    this.#running.set(controller, own);
    const run = peer.requireAwake();
    const execution = await PeerExecution.start({
      command,
      env: { ...env, ...asked.env, [EXECUTION_VARIABLE]: randomUUID() },
      cwd,
      hasInput,
      onChunk: (stream, chunk, taken) => controller.tell({ exec, stream, chunk: chunk.toString('base64') }, taken),
      onEnded: ended => {
        own.delete(exec);
        controller.tell({ exec, ended });
      },
    });
    own.set(exec, execution);
    const isGone = this.#running.get(controller) !== own;
    if (isGone || !peer.accompany(run, execution)) execution.kill();
    void execution.ended.then(() => own.delete(exec));
  }

  /** Hands on input, or ends one. One that has ended already is no error. */
  async tell(controller: Controller, asked: ToldAsked): Promise<void> {
    const execution = this.#running.get(controller)?.get(asked.exec);
    if (asked.ask === 'exec-kill') await execution?.end();
    else await execution?.write(asked.chunk === undefined ? undefined : Buffer.from(asked.chunk, 'base64'));
  }

  /** The controller is gone. */
  forget(controller: Controller): void {
    const own = this.#running.get(controller);
    this.#running.delete(controller);
    for (const execution of own?.values() ?? []) execution.kill();
  }
}
