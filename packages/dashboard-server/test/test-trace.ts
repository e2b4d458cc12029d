/** For tests: a trace that goes on when it is told to, and a reader of server-sent events. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { TRACE_VERSION, type TraceEvent, type TraceHeader } from '@peerlab/trace';
import { TraceLog } from '../src/trace-log.ts';

/** The header of a ring of three. */
export const HEADER: TraceHeader = {
  trace: TRACE_VERSION,
  lab: 'ring',
  driver: 'local',
  seed: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  clock: 'wall',
  topology: {
    name: 'ring',
    seed: 1,
    peers: [
      ['a', {}],
      ['b', {}],
      ['c', {}],
    ],
    links: [
      [0, 1, {}],
      [1, 2, {}],
      [0, 2, {}],
    ],
  },
  peers: ['a', 'b', 'c'].map((name, i) => ({
    name,
    nodeId: nodeIdOf(i),
    address: `127.0.0.${i + 2}`,
    state: 'running',
  })),
  linksUp: [
    [0, 1],
    [1, 2],
  ],
};

/** The node id of a peer, by its place. */
export function nodeIdOf(place: number): string {
  return `11111111-2222-4333-8444-55555555550${place}`;
}

/** A trace that goes on when it is told to. */
export interface TestTrace {
  readonly log: TraceLog;
  begin(): void;
  /** So many notes more; each text begins with its number. */
  happen(count: number, text?: string): void;
  add(event: TraceEvent): void;
}

export function createTestTrace({
  isBegun = true,
  maxCharacters,
}: {
  isBegun?: boolean;
  maxCharacters?: number;
} = {}): TestTrace {
  const log = new TraceLog(maxCharacters);
  const begin = (): void => log.sink(JSON.stringify(HEADER), HEADER);
  const add = (event: TraceEvent): void => log.sink(JSON.stringify(event), event);
  if (isBegun) begin();
  return {
    log,
    begin,
    add,
    happen: (count, text = '') => {
      for (let i = 0; i < count; i++) add(JSON.parse(lineOf(log.next, text)));
    },
  };
}

/** The line of an event that {@link TestTrace.happen} made. */
export function lineOf(number: number, text = ''): string {
  return JSON.stringify({ atMs: number, event: 'note', text: `${number} ${text}` });
}

/** A server-sent event. */
export interface Sent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
  json<T = unknown>(): T;
}

/** A reader of server-sent events. */
export interface Reader extends AsyncDisposable {
  /** @throws when the stream ends before */
  next(): Promise<Sent>;
  /** Resolves when the stream has ended in good order; what came before and was not taken is lost. */
  readonly ended: Promise<void>;
}

/** Opens a stream of events. */
export async function readEvents(url: string, lastEventId?: string): Promise<Reader> {
  const sent = request(url, {
    agent: false,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the stream was answered with ${response.statusCode}`);
  const blocks = blocksOf(response);
  return {
    next: async () => {
      const { value, done } = await blocks.next();
      if (done === true) throw new Error('the stream ended');
      return value;
    },
    get ended() {
      return (async () => {
        for await (const _ of blocks);
      })();
    },
    [Symbol.asyncDispose]: async () => {
      // What is cut off in the middle is an error to whoever reads; here it is meant.
      response.on('error', () => undefined);
      const closed = new Promise(resolve => response.once('close', resolve));
      sent.destroy();
      if (!response.closed) await closed;
    },
  };
}

async function* blocksOf(response: IncomingMessage): AsyncGenerator<Sent, undefined> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) if (!block.startsWith(':')) yield parseBlock(block);
  }
  return undefined;
}

function parseBlock(block: string): Sent {
  const fields = new Map(
    block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data') ?? '';
  return { event: fields.get('event'), id: fields.get('id'), data, json: <T>() => JSON.parse(data) as T };
}
