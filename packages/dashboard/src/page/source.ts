/** Where the events come from: a lab's server, over server-sent events, or the trace that stands in the page itself. */
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import { batch } from '@preact/signals';
import { LabHistory } from '../model/history.ts';
import { history, showHistory, source, sourceNote, version } from './state.ts';

/** What a server says first. */
interface Hello {
  readonly mode: 'live' | 'replay';
  readonly header: TraceHeader;
  readonly note: string;
}

/** Opens it. A connection that is lost is tried again by the browser, for as long as the page is there. */
export function openSource(): void {
  const embedded = document.getElementById('trace');
  if (embedded === null) listen();
  else showEmbedded(embedded.textContent ?? '');
}

function showEmbedded(text: string): void {
  const { header, events, note } = JSON.parse(text) as Omit<Hello, 'mode'> & { readonly events: TraceEvent[] };
  const known = new LabHistory(header);
  for (const event of events) known.take(event);
  source.value = 'replay';
  sourceNote.value = note;
  document.title = `${header.lab} · Peerlab`;
  showHistory(known, 'beginning');
}

function listen(): void {
  const events = new EventSource('events');
  let mode: Hello['mode'] = 'live';
  let isFirstBatch = true;
  events.addEventListener('hello', event => {
    const hello = JSON.parse((event as MessageEvent<string>).data) as Hello;
    mode = hello.mode;
    isFirstBatch = true;
    document.title = `${hello.header.lab} · Peerlab`;
    batch(() => {
      source.value = mode;
      sourceNote.value = hello.note;
      showHistory(new LabHistory(hello.header), 'beginning');
    });
  });
  events.addEventListener('events', event => {
    const known = history.value;
    if (known === undefined) return;
    for (const one of JSON.parse((event as MessageEvent<string>).data) as TraceEvent[]) known.take(one);
    // What happened before the page was opened is not played again: it is there to scrub back to.
    if (isFirstBatch && mode === 'live') showHistory(known, 'end');
    else version.value++;
    isFirstBatch = false;
  });
  events.addEventListener('error', () => {
    if (source.value !== 'connecting') source.value = 'lost';
  });
}
