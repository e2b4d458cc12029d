/**
 * A pack whose peers share several threads: each has its own {@link PackHost}, and the peers of one place in so many. What goes to
 * one peer goes to its thread; what goes to many is divided, and answered once all have answered.
 */
import { parentPort, Worker } from 'node:worker_threads';
import {
  addCounters,
  addLinks,
  type HostLine,
  type PackAnswer,
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
  readonly answers: PackAnswer[];
  /** Of dials that were divided: their positions in the whole, by thread. */
  readonly positions: readonly (readonly number[])[];
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
        if ('text' in message) this.#said(message.text, this.#threads.indexOf(thread));
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
    const dials = request.do === 'connect' ? [...request.dials.entries()] : [];
    const ofEach = this.#threads.map((_, i) => dials.filter(([, dial]) => ofThread(i, count)(dial)));
    const positions = ofEach.map(part => part.map(([position]) => position));
    this.#divided.set(own, { seq, answers: [], positions, problems: [], missing: count });
    for (const [i, thread] of this.#threads.entries()) {
      const part =
        request.do === 'start'
          ? { ...request, peers: request.peers.filter(ofThread(i, count)) }
          : request.do === 'connect'
            ? { ...request, dials: (ofEach[i] ?? []).map(([, dial]) => dial) }
            : request;
      thread.postMessage({
        lines: [JSON.stringify({ seq: own, request: part } satisfies PackCall)],
      } satisfies ToThread);
    }
  }

  /** Passes on what a thread said, but for its part of an answer, which comes by itself. */
  #said(text: string, thread: number): void {
    const said = text.startsWith(ANSWER) ? readHostLine(text.trimEnd()) : undefined;
    if (said?.pack === 'reply' && said.seq.startsWith(DIVIDED)) this.#answered(said, thread);
    else this.#sink.write(text);
  }

  #answered({ seq, problem, failed, ...answer }: Extract<HostLine, { pack: 'reply' }>, thread: number): void {
    const divided = this.#divided.get(seq);
    if (divided === undefined) return;
    divided.missing--;
    const positions = divided.positions[thread] ?? [];
    const mine = failed === undefined ? {} : { failed: failed.map(i => positions[i] ?? -1) };
    divided.answers.push({ ...answer, ...mine });
    if (problem !== undefined) divided.problems.push(problem);
    if (divided.missing > 0) return;
    this.#divided.delete(seq);
    const { answers, problems } = divided;
    this.#output.host({
      pack: 'reply',
      seq: divided.seq,
      ...answers.reduce(merged, {}),
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

function ofThread(thread: number, count: number): (peer: Pick<PackedPeer, 'place'>) => boolean {
  return ({ place }) => place % count === thread;
}

/** What two threads answered, as one answer. */
function merged(a: PackAnswer, b: PackAnswer): PackAnswer {
  return {
    ...both(a.state, b.state, mergedStates, 'state'),
    ...both(a.failed, b.failed, (one, other) => [...one, ...other], 'failed'),
    ...both(a.counters, b.counters, addCounters, 'counters'),
    ...both(a.links, b.links, addLinks, 'links'),
  };
}

function both<T, Name extends string>(
  a: T | undefined,
  b: T | undefined,
  add: (a: T, b: T) => T,
  name: Name,
): { readonly [Key in Name]?: T } {
  const sum = a === undefined ? b : b === undefined ? a : add(a, b);
  return (sum === undefined ? {} : { [name]: sum }) as { readonly [Key in Name]?: T };
}

function mergedStates(a: PackState, b: PackState): PackState {
  return {
    running: [...a.running, ...b.running],
    paused: [...a.paused, ...b.paused],
    isolated: [...a.isolated, ...b.isolated],
  };
}
