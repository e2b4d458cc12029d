/** For tests: a page of `lab ui` as a program sees it, by its events and actions. */
import { once } from 'node:events';
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import type { Running } from './run-lab.ts';

/** A page that a command opened. */
export interface LivePage extends AsyncDisposable {
  readonly url: string;
  readonly header: TraceHeader;
  /** Waits for an event, which the words name. @throws when it does not come, or the stream ends before it */
  until(what: string, isIt: (event: TraceEvent) => boolean): Promise<TraceEvent>;
  act(action: object): Promise<Readonly<Record<string, unknown>>>;
}

/** How long a page may take to show, or to do, what it is asked for, in milliseconds: less than a whole run may. */
const BOUND_MS = 40_000;

/** Events that are told of when one does not come. */
const SHOWN_EVENTS = 5;

/** Waits for the command's page, and reads its events. */
export async function livePage(run: Running): Promise<LivePage> {
  const url = /the page is at (\S+)/.exec(await run.printed('the page is at'))?.[1] ?? '';
  const { origin, searchParams } = new URL(url);
  const token = searchParams.get('token') ?? '';
  const reading = new AbortController();
  const response = await fetch(`${origin}/events?token=${token}`, { signal: reading.signal });
  const lines = linesOf(response);
  let header = (await lines.next()).value as TraceHeader;
  // Of a lab that is being made, the header of what is to be comes first.
  const isAnnounced = header.peers.every(({ state }) => state === 'missing');
  if (isAnnounced) header = (await lines.next()).value as TraceHeader;
  return {
    url,
    header,
    until: async (what, isIt) => {
      const seen: unknown[] = [];
      const late = new AbortController();
      const bound = setTimeout(() => late.abort(), BOUND_MS);
      const isLate = once(late.signal, 'abort').then(() => ({ value: undefined, done: true }) as const);
      try {
        for (;;) {
          const { value, done } = await Promise.race([lines.next(), isLate]);
          if (done === true) {
            const latest = JSON.stringify(seen.slice(-SHOWN_EVENTS));
            const how = late.signal.aborted
              ? `did not come within ${BOUND_MS} ms`
              : 'did not come before the page ended';
            throw new Error(`${what} ${how}; the latest of ${seen.length} events: ${latest}`);
          }
          seen.push(value);
          if (isIt(value as TraceEvent)) return value as TraceEvent;
        }
      } finally {
        clearTimeout(bound);
      }
    },
    act: async action => {
      const answer = await fetch(`${origin}/action`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-peerlab-token': token },
        body: JSON.stringify(action),
        signal: AbortSignal.timeout(BOUND_MS),
      }).catch((cause: unknown) => {
        throw new Error(`the page did not answer ${JSON.stringify(action)} within ${BOUND_MS} ms`, { cause });
      });
      return (await answer.json()) as Readonly<Record<string, unknown>>;
    },
    [Symbol.asyncDispose]: async () => reading.abort(),
  };
}

async function* linesOf({ body }: Response): AsyncGenerator<TraceHeader | TraceEvent, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^id: .*\ndata: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
  return undefined;
}
