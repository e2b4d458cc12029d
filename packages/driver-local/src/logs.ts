/** What a peer printed: as much as its lab keeper keeps, and what comes. */
import type { LogOptions } from '@peerlab/driver';
import type { KeeperConnection } from './keeper-connection.ts';

/** Lines, and characters of them, that wait for a reader before the connection is left unread. */
const MAX_WAITING_LINES = 4096;
const MAX_WAITING_CHARACTERS = 16 * 1024 * 1024;

/**
 * The lines of a peer, oldest first, over a separate connection, which is closed at the end.
 * @throws {LabError} `NO_SUCH_PEER`, `ENGINE_UNREACHABLE`.
 */
export async function* peerLogs(
  connection: KeeperConnection,
  index: number,
  options: LogOptions,
  timeoutMs: number,
): AsyncGenerator<string> {
  const tail = options.tail === undefined ? {} : { tail: options.tail };
  try {
    if (options.follow !== true) {
      const latestRun = options.latestRun === true ? { latestRun: true } : {};
      yield* (await connection.ask({ ask: 'logs', index, ...tail, ...latestRun }, { timeoutMs })) as string[];
      return;
    }
    if (options.signal?.aborted === true) return;
    yield* follow(connection, index, options, tail, timeoutMs);
  } finally {
    connection.close();
  }
}

async function* follow(
  connection: KeeperConnection,
  index: number,
  { signal }: LogOptions,
  tail: { readonly tail?: number },
  timeoutMs: number,
): AsyncGenerator<string> {
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let ended = false;
  let wake = (): void => undefined;
  const end = (): void => {
    ended = true;
    wake();
  };
  connection.listen(index, 'any', {
    lines: lines => {
      for (const [, text] of lines) {
        waiting.push(text);
        waitingCharacters += text.length;
      }
      if (waiting.length > MAX_WAITING_LINES || waitingCharacters > MAX_WAITING_CHARACTERS) connection.pause();
      wake();
    },
    ended: end,
  });
  signal?.addEventListener('abort', end, { once: true });
  try {
    await connection.ask({ ask: 'subscribe', index, ...tail }, { timeoutMs });
    while (true) {
      const lines = waiting;
      waiting = [];
      waitingCharacters = 0;
      connection.resume();
      yield* lines;
      if (waiting.length > 0) continue;
      if (ended) return;
      await new Promise<void>(resolve => {
        wake = resolve;
        if (ended || waiting.length > 0) resolve();
      });
    }
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
