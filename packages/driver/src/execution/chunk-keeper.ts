/** What a program prints, on its way to who listens: kept until somebody does. */
import type { ExecListener } from '../capabilities/can-exec.ts';

/** Bytes that are kept for the first listener before the source is asked to wait. */
const KEPT_BYTES = 1024 * 1024;

/** See the module's header. */
export class ChunkKeeper {
  readonly #source: { pause(): void; resume(): void };
  #listeners: readonly ExecListener[] = [];
  #kept: { readonly chunk: Uint8Array; readonly stream: 'stdout' | 'stderr' }[] = [];
  #keptBytes = 0;

  /** @param source is paused while too much is kept, and goes on with the first listener */
  constructor(source: { pause(): void; resume(): void }) {
    this.#source = source;
  }

  /** Takes the next chunk. */
  take(chunk: Uint8Array, stream: 'stdout' | 'stderr'): void {
    if (this.#listeners.length > 0) {
      for (const listener of this.#listeners) listener(chunk, stream);
      return;
    }
    this.#kept.push({ chunk, stream });
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > KEPT_BYTES) this.#source.pause();
  }

  /** Hands on what is kept, and from now on what comes. */
  listen(listener: ExecListener): void {
    this.#listeners = [...this.#listeners, listener];
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    for (const { chunk, stream } of kept) listener(chunk, stream);
    this.#source.resume();
  }
}
