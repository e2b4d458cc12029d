/**
 * The page's server, on 127.0.0.1 alone: the page itself, the lab's events, and actions. What it answers is bounded: bodies,
 * readers, connections, and what waits for a reader (event-stream.ts).
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTimer, stopTimer } from '@peerlab/timers';
import { Answer } from './answer.ts';
import type { EventStream } from './event-stream.ts';
import type { PageServerOptions } from './page-options.ts';
import { Tickets } from './tickets.ts';

/** Connections at the same time, at most. */
const MAX_CONNECTIONS = 128;

/** How long readers may take for the last lines when the server ends, in milliseconds. */
const FAREWELL_MS = 500;

/** A server that runs. */
export interface PageServer {
  /** With the token: where the page is. */
  readonly url: string;
  /** An address that opens the page once, within a minute: for the words with which a browser is started. */
  ticketUrl(): string;
  /** Ends it: readers get the last lines, no new ones are taken. */
  close(): Promise<void>;
}

/** A token that nobody guesses. */
export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Starts it. @throws the system's error when the port cannot be had */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const readers = new Set<EventStream>();
  const tickets = new Tickets();
  const answered = { ...options, tickets };
  const server = createServer((request, response) => {
    new Answer(request, response, answered, readers).give().catch((error: unknown) => {
      // The request broke off, or this is a defect: either way this connection alone is lost.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/?token=${options.token}`,
    ticketUrl: () => `http://127.0.0.1:${port}/?ticket=${tickets.issue()}`,
    close: async () => await end(server, readers),
  };
}

async function end(server: Server, readers: ReadonlySet<EventStream>): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  for (const reader of readers) reader.finish();
  server.closeIdleConnections();
  const bound = startTimer(() => server.closeAllConnections(), FAREWELL_MS);
  await ended;
  stopTimer(bound);
}
