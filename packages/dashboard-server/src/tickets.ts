/**
 * Tickets that open the page once. A browser is started with one in place of the token: everybody on the machine can read
 * with which words a program was started.
 */
import { randomBytes } from 'node:crypto';
import { isToken } from './guard.ts';

/** How long a ticket is good for, in milliseconds: a browser that starts on a busy machine. */
const GOOD_FOR_MS = 60_000;

/** See the module's header. */
export class Tickets {
  #good: { readonly ticket: string; readonly untilMs: number } | undefined;

  /** A new one, in place of the one before. */
  issue(): string {
    const ticket = randomBytes(24).toString('base64url');
    this.#good = { ticket, untilMs: performance.now() + GOOD_FOR_MS };
    return ticket;
  }

  /** Takes it. @returns false for one that is not good, or not any more */
  take(ticket: string): boolean {
    const good = this.#good;
    if (good === undefined || performance.now() > good.untilMs || !isToken(ticket, good.ticket)) return false;
    this.#good = undefined;
    return true;
  }
}
