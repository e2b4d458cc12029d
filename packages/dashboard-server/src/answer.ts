/** The answer to a request from any source: a file of the page, the lab's events, or the result of an action. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson } from './body.ts';
import { EventStream } from './event-stream.ts';
import { isToken, type Refusal, refusedOrigin, WRONG_TOKEN } from './guard.ts';
import type { PageServerOptions } from './page-options.ts';
import type { Tickets } from './tickets.ts';

/** The most readers at the same time: a class in one room has one projector, and browsers keep dead tabs. */
const MAX_READERS = 32;

/** What addresses of requests are relative to. */
const OWN_ADDRESS = 'http://127.0.0.1';

/** What the page may load, and from where: its own files. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** What is answered with. */
export interface AnswerOptions extends PageServerOptions {
  readonly tickets: Tickets;
}

/** See the module's header. */
export class Answer {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: AnswerOptions;
  readonly #readers: Set<EventStream>;

  constructor(request: IncomingMessage, response: ServerResponse, options: AnswerOptions, readers: Set<EventStream>) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#readers = readers;
  }

  async give(): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) this.#response.setHeader(name, value);
    const refusal = refusedOrigin(this.#request);
    if (refusal !== undefined) return this.#refuse(refusal);
    const address = this.#request.url ?? '';
    if (!address.startsWith('/') || !URL.canParse(address, OWN_ADDRESS)) {
      return this.#refuse({ status: 400, error: 'no address' });
    }
    const url = new URL(address, OWN_ADDRESS);
    if (url.pathname === '/action') return await this.#act();
    if (this.#request.method !== 'GET' && this.#request.method !== 'HEAD') return this.#refuseMethod('GET, HEAD');
    const ticket = url.searchParams.get('ticket');
    if (url.pathname === '/' && ticket !== null && this.#options.tickets.take(ticket)) {
      this.#response.writeHead(303, { location: `/?token=${this.#options.token}` });
      this.#response.end();
      return;
    }
    const hasToken = isToken(url.searchParams.get('token') ?? undefined, this.#options.token);
    if (url.pathname === '/events') return hasToken ? this.#stream() : this.#refuse(WRONG_TOKEN);
    const file = this.#options.page.get(url.pathname);
    if (file === undefined) return this.#refuse({ status: 404, error: 'there is no such file' });
    // The page's other files are the same for everybody, and are asked for without it.
    if (file.type.startsWith('text/html') && !hasToken) return this.#refuse(WRONG_TOKEN);
    this.#response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
    this.#response.end(this.#request.method === 'HEAD' ? undefined : file.bytes);
  }

  #stream(): void {
    if (this.#request.method !== 'GET') {
      this.#refuseMethod('GET');
      return;
    }
    if (this.#readers.size >= MAX_READERS) {
      this.#refuse({ status: 503, error: `${MAX_READERS} pages are open already: close one` });
      return;
    }
    const { log, mode, note = '', onDropped, stallMs } = this.#options;
    const lastEventId = this.#request.headers['last-event-id'];
    const reader = new EventStream(log, this.#response, {
      greeting: { mode, note },
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      onDropped,
      stallMs,
    });
    this.#readers.add(reader);
    this.#response.on('close', () => this.#readers.delete(reader));
  }

  async #act(): Promise<void> {
    if (this.#request.method !== 'POST') return this.#refuseMethod('POST');
    if (!isToken(this.#request.headers['x-peerlab-token'], this.#options.token)) return this.#refuse(WRONG_TOKEN);
    const body = await readJson(this.#request);
    if ('error' in body) return this.#refuse(body);
    const performer = this.#options.performer?.();
    if (performer === undefined) {
      const error =
        this.#options.mode === 'replay' ? 'a recording cannot be changed' : 'the lab is not up yet: try again';
      return this.#refuse({ status: 409, error });
    }
    const reply = await performer.perform(body.value);
    this.#json(reply.ok ? 200 : 422, reply);
  }

  #refuseMethod(allowed: string): void {
    this.#response.setHeader('allow', allowed);
    this.#refuse({ status: 405, error: `only ${allowed}` });
  }

  #refuse({ status, error }: Refusal): void {
    // What is still to come of the request is not read.
    if (!this.#request.complete) this.#response.setHeader('connection', 'close');
    this.#json(status, { ok: false, error });
  }

  #json(status: number, value: object): void {
    if (this.#response.destroyed) return;
    const text = JSON.stringify(value);
    this.#response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    this.#response.end(text);
  }
}
