/** The first breach of the contract by a peer, and who wants to know of it. */
import type { LabError } from './lab-error.ts';

/** Takes a peer's first breach of the contract, as the error that names it. */
export type BreachListener = (breach: LabError) => void;

/** See the module's header. */
export class FirstBreach {
  #error: LabError | undefined;
  readonly #listeners: Set<BreachListener> = new Set();

  /** Undefined as long as the peer kept the contract. */
  get error(): LabError | undefined {
    return this.#error;
  }

  /** Notes a breach. @returns false where it was not the first */
  note(breach: LabError): boolean {
    if (this.#error !== undefined) return false;
    this.#error = breach;
    for (const listener of this.#listeners) listener(breach);
    return true;
  }

  /** Forgets it: the next one is the first. */
  forget(): void {
    this.#error = undefined;
  }

  /** Calls the listener with the breach, now where there was one. @returns a function that stops it */
  listen(listener: BreachListener): () => void {
    if (this.#error !== undefined) listener(this.#error);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
