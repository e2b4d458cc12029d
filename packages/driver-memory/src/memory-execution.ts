/** A program beside a peer in memory: a test prints for it, and ends it. */
import { ChunkKeeper, type ExecListener, type ExecOptions, type Execution, type ExecutionEnd } from '@peerlab/driver';

/** See the module's header. */
export class MemoryExecution implements Execution {
  readonly index: number;
  readonly command: readonly string[];
  readonly options: ExecOptions;
  readonly ended: Promise<ExecutionEnd>;
  readonly #chunks: ChunkKeeper = new ChunkKeeper({ pause: () => undefined, resume: () => undefined });
  #finish: (end: ExecutionEnd) => void = () => undefined;

  constructor(index: number, command: readonly string[], options: ExecOptions) {
    this.index = index;
    this.command = command;
    this.options = options;
    this.ended = new Promise(resolve => {
      this.#finish = resolve;
    });
    const { signal } = options;
    const onAbort = (): void => void this.end({ reason: 'killed by SIGTERM', signal: 'SIGTERM' });
    signal?.addEventListener('abort', onAbort, { once: true });
    void this.ended.then(() => signal?.removeEventListener('abort', onAbort));
  }

  print(text: string, stream: 'stdout' | 'stderr' = 'stdout'): this {
    this.#chunks.take(Buffer.from(text), stream);
    return this;
  }

  /** Ends it, unless it has ended: with a status, or as it is said. */
  end(how: number | ExecutionEnd): this {
    this.#finish(typeof how === 'number' ? { reason: `exited with status ${how}`, status: how } : how);
    return this;
  }

  listen(listener: ExecListener): void {
    this.#chunks.listen(listener);
  }

  async kill(): Promise<void> {
    this.end({ reason: 'killed by SIGTERM', signal: 'SIGTERM' });
  }
}
