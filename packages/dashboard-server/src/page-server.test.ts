/** The server as others meet it: real requests, from its own page and from elsewhere. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { TraceHeader } from '@peerlab/trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestTrace, lineOf, readEvents, type TestTrace } from '../test/test-trace.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { PageServerOptions } from './page-options.ts';
import { createToken, type PageServer, servePage } from './page-server.ts';

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const TOKEN = createToken();
const PAGE = new Map([
  ['/', { bytes: Buffer.from('<!doctype html>page'), type: 'text/html; charset=utf-8' }],
  ['/assets/page.js', { bytes: Buffer.from('1'), type: 'text/javascript' }],
]);

let trace: TestTrace;
let server: PageServer;
let asked: unknown[];

async function serve(options: Partial<PageServerOptions> = {}): Promise<PageServer> {
  const performer = {
    perform: async (action: unknown) => {
      asked.push(action);
      return { ok: true, text: 'done' } as const;
    },
  };
  const { log } = trace;
  return await servePage({
    page: PAGE,
    log,
    mode: 'live',
    token: TOKEN,
    port: 0,
    performer: () => performer,
    ...options,
  });
}

beforeEach(async () => {
  trace = createTestTrace();
  asked = [];
  server = await serve();
});

afterEach(async () => await server.close());

async function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answered> {
  const { port } = new URL(server.url);
  const { method = 'GET', headers = {}, body } = options;
  const sent = request({ host: '127.0.0.1', port, path, method, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

function act(body: string, headers: Record<string, string> = {}): Promise<Answered> {
  const all = { 'content-type': 'application/json', 'x-peerlab-token': TOKEN, ...headers };
  return ask('/action', { method: 'POST', headers: all, body });
}

describe('the page', () => {
  it('is served to who has the address, with a policy that lets it load its own files alone', async () => {
    const { status, headers, text } = await ask(`/?token=${TOKEN}`);
    expect([status, text]).toEqual([200, '<!doctype html>page']);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual(['nosniff', 'no-referrer']);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask('/assets/page.js')).status).toBe(200);
  });

  it.each(['/', '/?token=', `/?token=${createToken()}`, `/events?token=${createToken()}`, '/events'])(
    'is not, at %s, to who has not',
    async path => {
      const { status, text } = await ask(path);
      expect([status, JSON.parse(text)]).toMatchObject([403, { ok: false, error: expect.stringContaining('token') }]);
    },
  );

  it.each(['/../../etc/passwd', '/%2e%2e/package.json', '/assets/', '/assets/page.js/..%2f'])(
    'has no file %s',
    async path => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('opens once by a ticket, which is not the token', async () => {
    const [old, { search, pathname }] = [new URL(server.ticketUrl()), new URL(server.ticketUrl())];
    expect(search).not.toContain(TOKEN);
    expect((await ask(`/${old.search}`)).status).toBe(403);
    const { status, headers } = await ask(pathname + search);
    expect([status, headers.location]).toEqual([303, `/?token=${TOKEN}`]);
    expect((await ask(pathname + search)).status).toBe(403);
    expect((await ask(`/events${new URL(server.ticketUrl()).search}`)).status).toBe(403);
  });

  it('takes no other methods', async () => {
    for (const [method, path] of [
      ['PUT', '/'],
      ['DELETE', '/events'],
      ['GET', '/action'],
      ['OPTIONS', '/'],
    ] as const) {
      const { status, headers } = await ask(path, { method });
      expect([method, status, headers['access-control-allow-methods']]).toEqual([method, 405, undefined]);
      expect(headers.allow).toBeDefined();
    }
  });

  it('listens on this machine alone', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const elsewhere = connect({ host: '127.0.0.2', port: Number(new URL(server.url).port) });
    const [error] = await once(elsewhere, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('requests from elsewhere', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example:1',
    '[::1]',
    '127.0.0.1.',
  ])('are refused by the name that they came for: %s', async host => {
    for (const path of [`/?token=${TOKEN}`, `/events?token=${TOKEN}`]) {
      expect((await ask(path, { headers: { host } })).status).toBe(421);
    }
    expect((await act('{}', { host })).status).toBe(421);
    expect(asked).toEqual([]);
  });

  it.each(['http://evil.example', 'https://127.0.0.1', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'are refused by the page that they came from: %s',
    async origin => {
      expect((await act('{}', { origin })).status).toBe(403);
      expect((await ask(`/events?token=${TOKEN}`, { headers: { origin } })).status).toBe(403);
      expect(asked).toEqual([]);
    },
  );

  it('are refused by what the browser says of them', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect((await act('{}', { 'sec-fetch-site': site })).status).toBe(403);
    }
    expect((await ask(`/?token=${TOKEN}`, { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });

  it('may come through a tunnel, by another port', async () => {
    const host = 'localhost:9999';
    expect((await act('{"a":1}', { host, origin: `http://${host}` })).status).toBe(200);
    expect(asked).toEqual([{ a: 1 }]);
  });
});

describe('what is no request', () => {
  const HEAD = `POST /action HTTP/1.1\r\nhost: 127.0.0.1\r\nx-peerlab-token: ${TOKEN}\r\ncontent-type: application/json\r\n`;

  it.each([
    ['noise', '\u0000\u0016\u0003\u0001 TLS?\r\n\r\n'],
    ['an address without a path', `GET http://evil.example/?token=${TOKEN} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`],
    ['a tunnel', 'CONNECT 10.0.0.1:22 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
    [
      'a socket of another kind',
      'GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    ],
    ['two hosts', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: evil.example\r\n\r\n'],
    ['two lengths', `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`],
    ['a body that breaks off', `${HEAD}content-length: 500\r\n\r\n{"do":`],
  ])('harms nobody: %s', async (_, bytes) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    let answer = '';
    socket.setEncoding('latin1').on('data', text => (answer += text));
    socket.on('error', () => undefined);
    const closed = new Promise(resolve => socket.on('close', resolve));
    socket.end(bytes, 'latin1');
    await closed;
    expect(answer).not.toContain('HTTP/1.1 200');
    expect(asked).toEqual([]);
    expect((await act('{}')).status).toBe(200);
  });
});

describe('actions', () => {
  it('are handed on, and answered as JSON', async () => {
    const { status, text } = await act('{"do":"verify"}', { origin: new URL(server.url).origin });
    expect([status, JSON.parse(text), asked]).toEqual([200, { ok: true, text: 'done' }, [{ do: 'verify' }]]);
  });

  it('need the token in a header, where no form of another site can put it', async () => {
    for (const token of ['', createToken(), `${TOKEN}x`, TOKEN.slice(1)]) {
      expect((await act('{}', { 'x-peerlab-token': token })).status).toBe(403);
    }
    expect((await ask(`/action?token=${TOKEN}`, { method: 'POST', body: '{}' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('are JSON, of a bounded size', async () => {
    expect((await act('{')).status).toBe(400);
    expect((await act('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    const large = JSON.stringify('x'.repeat(MAX_BODY_BYTES));
    expect((await act(large)).status).toBe(413);
    expect((await act(large, { 'transfer-encoding': 'chunked' })).status).toBe(413);
    expect((await act(JSON.stringify('x'.repeat(MAX_BODY_BYTES - 2)))).status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  it('are refused while there is no lab, and on a recording', async () => {
    await server.close();
    server = await serve({ performer: () => undefined });
    expect((await act('{}')).text).toContain('not up yet');
    await server.close();
    server = await serve({ mode: 'replay', performer: undefined });
    const { status, text } = await act('{}');
    expect([status, text]).toEqual([409, expect.stringContaining('a recording cannot be changed')]);
  });
});

describe('events', () => {
  const events = (lastEventId?: string): ReturnType<typeof readEvents> =>
    readEvents(server.url.replace('/?', '/events?'), lastEventId);

  it('come with the header first, then what happened, then what happens', async () => {
    trace.happen(2);
    await using reader = await events();
    const hello = await reader.next();
    expect([hello.event, hello.json()]).toEqual([
      'hello',
      {
        session: trace.log.session,
        lab: 'ring',
        mode: 'live',
        note: '',
        resumed: false,
        backlog: 3,
        canAct: true,
        canPass: false,
      },
    ]);
    expect((await reader.next()).json<TraceHeader>().trace).toBe(2);
    expect([(await reader.next()).data, (await reader.next()).data]).toEqual([lineOf(1), lineOf(2)]);
    trace.happen(1);
    const last = await reader.next();
    expect([last.id, last.data]).toEqual([`${trace.log.session}.3`, lineOf(3)]);
  });

  it('go on where a reader was, and begin anew for who was in another trace', async () => {
    trace.happen(5);
    await using resumed = await events(`${trace.log.session}.3`);
    expect((await resumed.next()).json()).toMatchObject({ resumed: true, backlog: 2 });
    expect((await resumed.next()).data).toBe(lineOf(4));
    for (const stale of [`${trace.log.session}.77`, 'other.3', 'x', `${trace.log.session}.-5`]) {
      await using anew = await events(stale);
      expect((await anew.next()).json()).toMatchObject({ resumed: false, backlog: 6 });
      expect((await anew.next()).json<TraceHeader>().lab).toBe('ring');
    }
  });

  it('wait for a lab that is not there yet', async () => {
    await server.close();
    trace = createTestTrace({ isBegun: false });
    server = await serve();
    await using reader = await events();
    expect((await reader.next()).json()).toMatchObject({ lab: null, backlog: 0 });
    trace.begin();
    expect((await reader.next()).json()).toMatchObject({ lab: 'ring', backlog: 1 });
    expect((await reader.next()).json<TraceHeader>().lab).toBe('ring');
  });

  it('begin anew when another trace begins, also for who comes again', async () => {
    trace.happen(3);
    const { session } = trace.log;
    await using reader = await events();
    for (let i = 0; i < 5; i++) await reader.next();
    trace.begin();
    trace.happen(1);
    expect((await reader.next()).json()).toMatchObject({ resumed: false, session: trace.log.session });
    expect((await reader.next()).json<TraceHeader>().trace).toBe(2);
    expect((await reader.next()).data).toBe(lineOf(1));
    await using stale = await events(`${session}.1`);
    expect((await stale.next()).json()).toMatchObject({ resumed: false });
  });

  it('end with the server, after the last line', async () => {
    await using reader = await events();
    await reader.next();
    await reader.next();
    trace.happen(3);
    const closed = server.close();
    expect((await reader.next()).data).toBe(lineOf(1));
    expect([(await reader.next()).data, (await reader.next()).data]).toEqual([lineOf(2), lineOf(3)]);
    expect(await reader.ended).toBeUndefined();
    await closed;
    server = await serve();
  });

  it('cut a reader off that does not read, and the lab goes on', async () => {
    let dropped = 0;
    await server.close();
    let onGone = (): void => undefined;
    const gone = new Promise<void>(resolve => (onGone = resolve));
    server = await serve({
      stallMs: 50,
      onDropped: () => {
        dropped++;
        onGone();
      },
    });
    const lazy = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    lazy.pause();
    lazy.write(`GET /events?token=${TOKEN} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    await using quick = await events();
    await quick.next();
    await quick.next();
    // More than the buffers of both ends take.
    const count = 20_000;
    trace.happen(count, 'x'.repeat(1000));
    let last = '';
    for (let i = 0; i < count; i++) last = (await quick.next()).id ?? '';
    expect(last).toBe(`${trace.log.session}.${count}`);
    await gone;
    expect(dropped).toBe(1);
    lazy.destroy();
  });

  it('are for so many readers, and no more', async () => {
    const readers = [];
    for (let i = 0; i < 32; i++) readers.push(await events());
    expect((await ask(`/events?token=${TOKEN}`)).status).toBe(503);
    await readers[0]?.[Symbol.asyncDispose]();
    await using again = await events();
    expect((await again.next()).event).toBe('hello');
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  });
});
