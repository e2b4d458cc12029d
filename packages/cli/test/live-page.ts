/** For tests: a page of `lab ui` as a program sees it, by its events and actions. */
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import type { Running } from './run-lab.ts';

/** A page that a command opened. */
export interface LivePage extends AsyncDisposable {
  readonly url: string;
  readonly header: TraceHeader;
  /** Waits for an event. @throws when the stream ends before it came */
  until(isIt: (event: TraceEvent) => boolean): Promise<TraceEvent>;
  act(action: object): Promise<Readonly<Record<string, unknown>>>;
}

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
    until: async isIt => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('the page ended, and what was waited for did not come');
        if (isIt(value as TraceEvent)) return value as TraceEvent;
      }
    },
    act: async action => {
      const answer = await fetch(`${origin}/action`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-peerlab-token': token },
        body: JSON.stringify(action),
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
