/** A program beside a peer, through the lab's keeper, over its own connection: with that, the program ends. */
import { ChunkKeeper, type ExecOptions, type Execution, type ExecutionEnd, feedInput, LabError } from '@peerlab/driver';
import { type KeeperConnection, KeeperGoneError, LabEndingError } from './keeper-connection.ts';

/** What is run, and where. */
export interface ExecutionWish {
  readonly connection: KeeperConnection;
  readonly index: number;
  readonly command: readonly string[];
  readonly options: ExecOptions;
  /** How long the keeper may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs it. The connection is closed when the program has ended. @throws {LabError} as CanExec.exec */
export async function execute(wish: ExecutionWish): Promise<Execution> {
  const { connection, index, command, options, timeoutMs } = wish;
  const { env = {}, input, signal } = options;
  const chunks = new ChunkKeeper(connection);
  let id = 0;
  let finish = (_: ExecutionEnd): void => undefined;
  const ended = new Promise<ExecutionEnd>(resolve => {
    finish = end => {
      connection.close();
      resolve(end);
    };
  });
  const end = async (): Promise<void> => {
    try {
      await connection.ask({ ask: 'exec-kill', exec: id }, { timeoutMs });
    } catch (error) {
      // With the connection, or the lab, the program has gone.
      if (!(error instanceof KeeperGoneError || error instanceof LabEndingError)) throw error;
    }
    await ended;
  };
  const kill = (): void => void end().catch(() => connection.close());
  try {
    await connection.ask(
      { ask: 'exec', index, command, env, hasInput: input !== undefined },
      {
        timeoutMs,
        onAsked: asked => {
          id = asked;
          connection.hear(asked, { chunk: (chunk, stream) => chunks.take(chunk, stream), ended: finish });
        },
      },
    );
  } catch (error) {
    connection.close();
    throw error;
  }
  signal?.addEventListener('abort', kill, { once: true });
  // A fast program has ended by now: what is taken off before it is put on would stay.
  void ended.then(() => signal?.removeEventListener('abort', kill));
  if (signal?.aborted === true) kill();
  if (input !== undefined) {
    const send = async (chunk?: Uint8Array): Promise<void> => {
      const text = chunk === undefined ? {} : { chunk: Buffer.from(chunk).toString('base64') };
      await connection.ask({ ask: 'exec-input', exec: id, ...text }, { timeoutMs: Number.POSITIVE_INFINITY });
    };
    void feedInput(input, { write: send, end: () => void send().catch(() => undefined) }, ended);
  }
  return { listen: listener => chunks.listen(listener), ended, kill: end };
}

/** @throws {LabError} `ABORTED` where nothing is to be begun any more */
export function requireWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LabError('ABORTED', 'cancelled');
}
