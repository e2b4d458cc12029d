/**
 * A pack whose peers share several threads: each has its own {@link PackHost}, and the peers of one place in so many. What goes to
 * one peer goes to its thread; what goes to many is divided, and answered once all have answered.
 */
import { parentPort, Worker } from 'node:worker_threads';
import {
  type HostLine,
  type PackCall,
  type PackedPeer,
  type PackState,
  readHostLine,
  readPackCall,
  unpackLine,
} from '@peerlab/contract';
import { PackHost } from './pack-host.ts';
import { PackedOutput, type PackSink } from './packed-output.ts';

/** What a thread is told. */
type ToThread = { readonly lines: readonly string[] } | { readonly leave: true };

/** What a thread tells: lines for the pack's stream, or the answer to a call that was divided. */
type FromThread = { readonly text: string } | { readonly left: true };

/** Stands before the number of a call that was divided. */
const DIVIDED = '/';

interface Divided {
  readonly seq: string;
  readonly states: PackState[];
  readonly problems: string[];
  missing: number;
}

/** See the module's header. */
export class PackThreads {
  readonly #output: PackedOutput;
  readonly #sink: PackSink;
  readonly #threads: readonly Worker[];
  readonly #divided: Map<string, Divided> = new Map();
  #sequence = 0;

  /** @param program what a thread runs: it ends in {@link runPackThread} */
  constructor(sink: PackSink, program: URL, count: number) {
    this.#sink = sink;
    this.#output = new PackedOutput(sink);
    this.#threads = Array.from({ length: count }, () => {
      const thread = new Worker(program);
      thread.on('message', (message: FromThread) => {
        if ('text' in message) this.#said(message.text);
      });
      // Its peers are gone with it: so is the pack.
      thread.on('error', error => {
        process.stderr.write(`${error.stack ?? error.message}\n`);
        process.exit(1);
      });
      return thread;
    });
  }

  /** Takes one line. */
  line(text: string): void {
    const packed = unpackLine(text);
    if (packed !== undefined) {
      this.#tell(packed.place, text);
      return;
    }
    const call = readPackCall(text);
    if (call === undefined) return;
    if ('place' in call.request) this.#tell(call.request.place, text);
    else this.#divide(call);
  }

  /** Has every peer leave. */
  async leave(): Promise<void> {
    const left = this.#threads.map(
      thread =>
        new Promise<void>(resolve => {
          thread.on('message', (message: FromThread) => {
            if ('left' in message) resolve();
          });
          thread.postMessage({ leave: true } satisfies ToThread);
        }),
    );
    await Promise.all(left);
    this.#output.flush();
  }

  #tell(place: number, text: string): void {
    this.#threads[place % this.#threads.length]?.postMessage({ lines: [text] } satisfies ToThread);
  }

  #divide({ seq, request }: PackCall): void {
    const own = `${DIVIDED}${++this.#sequence}`;
    const count = this.#threads.length;
    this.#divided.set(own, { seq, states: [], problems: [], missing: count });
    for (const [i, thread] of this.#threads.entries()) {
      const part = request.do === 'start' ? { ...request, peers: request.peers.filter(ofThread(i, count)) } : request;
      thread.postMessage({
        lines: [JSON.stringify({ seq: own, request: part } satisfies PackCall)],
      } satisfies ToThread);
    }
  }

  /** Passes on what a thread said, but for its part of an answer, which comes by itself. */
  #said(text: string): void {
    const said = text.startsWith(ANSWER) ? readHostLine(text.trimEnd()) : undefined;
    if (said?.pack === 'reply' && said.seq.startsWith(DIVIDED)) this.#answered(said);
    else this.#sink.write(text);
  }

  #answered({ seq, state, problem }: Extract<HostLine, { pack: 'reply' }>): void {
    const divided = this.#divided.get(seq);
    if (divided === undefined) return;
    divided.missing--;
    if (state !== undefined) divided.states.push(state);
    if (problem !== undefined) divided.problems.push(problem);
    if (divided.missing > 0) return;
    this.#divided.delete(seq);
    const { states, problems } = divided;
    this.#output.host({
      pack: 'reply',
      seq: divided.seq,
      ...(states.length === 0 ? {} : { state: merged(states) }),
      ...(problems[0] === undefined ? {} : { problem: problems[0] }),
    });
  }
}

/** How a divided call's answer begins; see the order of keys in PackHost. */
const ANSWER = `{"pack":"reply","seq":"${DIVIDED}`;

/** The program of a thread. */
export function runPackThread(): void {
  const port = parentPort;
  if (port === null) throw new Error('not a thread');
  // What waits, the main thread knows: it alone writes.
  const sink: PackSink = {
    write: text => {
      // An answer that is for the main thread alone goes by itself.
      const lines = text.split('\n');
      const answers = lines.filter(line => line.startsWith(ANSWER));
      if (answers.length === 0) port.postMessage({ text } satisfies FromThread);
      else {
        const rest = lines.filter(line => !line.startsWith(ANSWER)).join('\n');
        if (rest !== '') port.postMessage({ text: rest } satisfies FromThread);
        for (const answer of answers) port.postMessage({ text: `${answer}\n` } satisfies FromThread);
      }
    },
    waitingBytes: 0,
  };
  const host = new PackHost(sink);
  port.on('message', (message: ToThread) => {
    if ('lines' in message) for (const line of message.lines) host.line(line);
    else void host.leave().then(() => port.postMessage({ left: true } satisfies FromThread));
  });
}

function ofThread(thread: number, count: number): (peer: PackedPeer) => boolean {
  return ({ place }) => place % count === thread;
}

function merged(states: readonly PackState[]): PackState {
  return {
    running: states.flatMap(({ running }) => running),
    paused: states.flatMap(({ paused }) => paused),
    isolated: states.flatMap(({ isolated }) => isolated),
  };
}
