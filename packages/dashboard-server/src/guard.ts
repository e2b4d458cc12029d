/**
 * Who may ask: only a page of this very server, opened with its token. A page of another site reaches this machine's
 * ports too, by a form, by a script, or by a host name that resolves to 127.0.0.1; this module rejects each.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The names by which this machine calls itself. A tunnel may come by another port, never by another name. */
const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost']);

/** Why a request is turned away. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** Looks where a request comes from. @returns undefined when it may be answered */
export function refusedOrigin({ headers }: IncomingMessage): Refusal | undefined {
  const { host = '', origin } = headers;
  if (!OWN_NAMES.has(host.replace(/:\d+$/, ''))) {
    return { status: 421, error: `this server is 127.0.0.1, not ${JSON.stringify(host.slice(0, 80))}` };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, error: 'only pages of this server may send requests' };
  }
  const site = headers['sec-fetch-site'];
  // `none`: typed into the address bar.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, error: 'only pages of this server may send requests' };
  }
  return undefined;
}

/** Compares a token with the right one, in a time that tells nothing about it. */
export function isToken(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  return timingSafeEqual(digest(given), digest(token));
}

/** What is said to who brings no token, or a wrong one. */
export const WRONG_TOKEN: Refusal = {
  status: 403,
  error: 'the token is missing or wrong: open the address that lab printed at its start',
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
