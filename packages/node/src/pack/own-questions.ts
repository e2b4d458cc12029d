/** What a host asks its peers by itself: their answers do not go out. By the contract's own commands, of whatever peer. */
import type { Request } from '@peerlab/contract';
import { startTimer, stopTimer } from '@peerlab/timers';

/** Takes a line for a peer. */
type Tell = (line: string) => void;

/** See the module's header. */
export class OwnQuestions {
  readonly #prefix: string = `host-${Math.random().toString(36).slice(2, 10)}`;
  readonly #waiting: Map<string, (result: unknown) => void> = new Map();
  #sequence = 0;

  /** Takes a line of a peer where it answers the host. @returns false for every other line */
  take(line: string): boolean {
    if (this.#waiting.size === 0 || !line.includes(this.#prefix)) return false;
    const { reply, result } = readReply(line);
    const answer = this.#waiting.get(reply);
    if (answer === undefined) return reply.startsWith(this.#prefix);
    this.#waiting.delete(reply);
    answer(result);
    return true;
  }

  /**
   * Asks a peer for each, a bounded number at once. Never rejects.
   * @param tells where each goes, and what is asked; those without anybody to ask are not answered
   * @returns what each answered, by position; undefined where it refused, or did not within the bound, in milliseconds
   */
  async ask(
    tells: readonly { readonly tell: Tell | undefined; readonly request: Request }[],
    { atOnce, timeoutMs }: { readonly atOnce: number; readonly timeoutMs: number },
  ): Promise<readonly unknown[]> {
    const results: unknown[] = tells.map(() => undefined);
    const asked = new Set<string>();
    let isLate = false;
    let next = 0;
    let end = (): void => undefined;
    const late = new Promise<void>(resolve => {
      end = resolve;
    });
    const timer = startTimer(() => {
      isLate = true;
      for (const seq of asked) this.#waiting.delete(seq);
      end();
    }, timeoutMs);
    const work = async (): Promise<void> => {
      for (let i = next++; i < tells.length && !isLate; i = next++) {
        const { tell, request } = tells[i] ?? {};
        if (tell === undefined) continue;
        const seq = `${this.#prefix}:${++this.#sequence}`;
        asked.add(seq);
        results[i] = await new Promise(resolve => {
          this.#waiting.set(seq, resolve);
          tell(JSON.stringify({ seq, ...request }));
        });
        asked.delete(seq);
      }
    };
    const all = Promise.all(Array.from({ length: Math.min(atOnce, tells.length) }, work));
    await Promise.race([all, late]);
    stopTimer(timer);
    return results;
  }
}

function readReply(line: string): { readonly reply: string; readonly result?: unknown } {
  try {
    const { reply, result } = JSON.parse(line) as { readonly reply?: unknown; readonly result?: unknown };
    return { reply: String(reply), result };
  } catch {
    return { reply: '' };
  }
}
