/** Where the events come from: a lab's server, over server-sent events, or the trace embedded in the page. */
import { startTimer } from '@peerlab/timers';
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import { batch } from '@preact/signals';
import { LabHistory } from '../model/history.ts';
import { EventReader } from './event-reader.ts';
import { canAct, canPass, history, isWaiting, showHistory, source, sourceNote, version } from './state.ts';

/** What a server says first. */
interface Hello {
  readonly mode: 'live' | 'replay';
  readonly note: string;
  readonly resumed: boolean;
  /** So many lines had happened before the page came. */
  readonly backlog: number;
  readonly canAct?: boolean;
  readonly canPass?: boolean;
}

/** Lines are taken together this often, in milliseconds: ten thousand of them a second are no ten thousand pictures. */
const TAKE_EVERY_MS = 60;

/** The part of an address that lets the page in. */
export function tokenOf(address: Location): string {
  return new URLSearchParams(address.search).get('token') ?? '';
}

/** Opens it. A connection that is lost is tried again for as long as the page is there. */
export function openSource(): void {
  const embedded = document.getElementById('trace');
  if (embedded === null) listen();
  else showEmbedded(embedded.textContent ?? '');
}

function showEmbedded(text: string): void {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const [first, ...rest] = lines;
  source.value = 'replay';
  if (first === undefined) {
    sourceNote.value = 'this player contains no recording: create one with lab export FILE --html';
    return;
  }
  const known = new LabHistory(JSON.parse(first) as TraceHeader);
  let isWhole = false;
  for (const line of rest) {
    const event = eventIn(line);
    // A recorder that was killed leaves half a line.
    if (event === undefined) break;
    known.take(event);
    isWhole = event.event === 'end';
  }
  if (!isWhole) sourceNote.value = 'the recording is incomplete: its end is missing';
  document.title = `${known.header.lab} · Peerlab`;
  showHistory(known, 'beginning');
}

function eventIn(line: string): TraceEvent | undefined {
  try {
    return JSON.parse(line) as TraceEvent;
  } catch {
    return undefined;
  }
}

function listen(): void {
  const inbox = new Inbox();
  const stream = new EventReader(`events?token=${encodeURIComponent(tokenOf(location))}`, {
    onEvent: (name, data) => {
      if (name !== 'hello') {
        inbox.put(data);
        return;
      }
      const hello = JSON.parse(data) as Hello;
      inbox.greet(hello);
      batch(() => {
        source.value = hello.mode;
        sourceNote.value = hello.note;
        isWaiting.value = !hello.resumed && hello.backlog === 0;
        canAct.value = hello.mode === 'live' && hello.canAct !== false;
        canPass.value = hello.canPass === true;
      });
    },
    onLost: status => {
      if (status === 401 || status === 403)
        sourceNote.value = 'this address has expired: run lab ui to get the current one';
      // A recording that is here as a whole needs its server no more.
      if (!inbox.isComplete) source.value = 'lost';
      return !inbox.isComplete;
    },
  });
  void stream.run();
}

/** Lines as they come, taken in batches. */
class Inbox {
  #lines: string[] = [];
  #hello: Hello | undefined;
  #old = 0;
  #isScheduled = false;
  /** A recording that is here as a whole: the server need not be there any more. */
  isComplete = false;

  greet(hello: Hello): void {
    this.#take();
    this.#hello = hello;
    this.#old = hello.backlog;
  }

  put(line: string): void {
    this.#lines.push(line);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    startTimer(() => this.#take(), TAKE_EVERY_MS);
  }

  #take(): void {
    this.#isScheduled = false;
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    let known = history.peek();
    let isNew = false;
    for (const line of lines) {
      const value = JSON.parse(line) as TraceHeader | TraceEvent;
      if ('trace' in value) {
        known = new LabHistory(value);
        isNew = true;
        document.title = `${value.lab} · Peerlab`;
      } else {
        known?.take(value);
        if ('event' in value && value.event === 'end' && this.#hello?.mode === 'replay') this.isComplete = true;
      }
    }
    if (known === undefined) return;
    // What happened before the page was opened is not played again: it is there to scrub back to.
    const isOld = this.#hello?.mode === 'live' && this.#old > 1;
    this.#old = Math.max(0, this.#old - lines.length);
    isWaiting.value = false;
    if (isNew || isOld) showHistory(known, this.#hello?.mode === 'live' ? 'end' : 'beginning');
    else version.value++;
  }
}
