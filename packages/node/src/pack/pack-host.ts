/**
 * Many peers behind one pair of streams: starts them, passes their lines, and does to one what an engine does to a container.
 * The lines are packages/contract/src/pack-lines.ts; who starts hosts is packages/driver-docker/src/pack/.
 */

import {
  addCounters,
  addLinks,
  NO_COUNTERS,
  NO_LINKS,
  type PackAnswer,
  type PackCall,
  type PackedDial,
  type PackedPeer,
  type PackState,
  type Request,
  type Results,
  readPackCall,
  tallyCounters,
  tallyLinks,
  unpackLine,
} from '@peerlab/contract';
import { memoryLimitBytes } from '../memory-limit.ts';
import { PackedOutput, type PackSink } from './packed-output.ts';
import { type PackedBounds, type PackedRun, startPacked } from './packed-run.ts';

/** A peer that was started and has not ended. */
interface Living {
  readonly run: PackedRun;
  readonly nodeId: string;
  isPaused: boolean;
}

/**
 * What the flight recorders of all peers of a host keep together, in records of some 200 bytes.
 * @default 1,000,000: 200 MB when all are full; of 500 peers each keeps 2,000
 */
const MAX_RECORDS_OF_ALL = 1_000_000;

/**
 * What each peer of a host may take at the least, in bytes, however many there are.
 * @default 64 MiB: its links may hold 16 MiB then, and few of them are greedy at once
 */
const LEAST_MEMORY_BYTES = 64 * 1024 * 1024;

function boundsOf(peers: number): PackedBounds {
  return {
    maxRecords: Math.ceil(MAX_RECORDS_OF_ALL / peers),
    memoryBytes: Math.max(LEAST_MEMORY_BYTES, Math.floor(memoryLimitBytes() / peers)),
  };
}

/** Dials of a host at once. @default 16: of twenty hosts, more than a small machine works on */
const DIALS_AT_ONCE = 16;

/** How long dials of a host may take, all together, and how long its peers may take to answer a question, in milliseconds. */
const DIALS_MS = 50_000;
const TALLY_MS = 5000;

/** See the module's header. */
export class PackHost {
  readonly #output: PackedOutput;
  readonly #living: Map<number, Living> = new Map();
  readonly #isolated: Set<number> = new Set();
  /** Of a peer that is started again, too. */
  #bounds: PackedBounds | undefined;

  constructor(sink: PackSink) {
    this.#output = new PackedOutput(sink);
  }

  /** Takes one line. */
  line(text: string): void {
    const packed = unpackLine(text);
    if (packed !== undefined) {
      this.#living.get(packed.place)?.run.command(packed.line);
      return;
    }
    const call = readPackCall(text);
    if (call !== undefined) void this.#obey(call);
  }

  /** Has every peer leave. Resolves once all have ended, and what they said is written. */
  async leave(): Promise<void> {
    const living = [...this.#living.values()];
    for (const { run } of living) {
      run.thaw();
      run.signal('SIGTERM');
    }
    await Promise.all(living.map(async ({ run }) => await run.ended));
    this.#output.flush();
  }

  async #obey({ seq, request }: PackCall): Promise<void> {
    try {
      const answer = await this.#answer(request);
      this.#output.host({ pack: 'reply', seq, ...answer });
    } catch (error) {
      this.#output.host({ pack: 'reply', seq, problem: error instanceof Error ? error.message : String(error) });
    }
  }

  async #answer(request: PackCall['request']): Promise<PackAnswer> {
    switch (request.do) {
      case 'state':
        return { state: this.#state() };
      case 'connect':
        return { failed: await this.#connect(request.dials) };
      case 'tally':
        return request.of === 'counters' ? await this.#tallyCounters() : await this.#tallyLinks();
      case 'start':
        await this.#start(request.peers);
        return {};
      case 'isolated':
        this.#noteIsolated(request.place, request.is);
        return {};
      default:
        await this.#change(request.place, request);
        return {};
    }
  }

  async #connect(dials: readonly PackedDial[]): Promise<number[]> {
    const asked = dials.map(({ place, host, port }) => {
      const run = this.#living.get(place)?.run;
      const tell = run === undefined ? undefined : (line: string) => run.command(line);
      return { tell, request: { command: 'connect', host, port } as const };
    });
    const bounds = { atOnce: DIALS_AT_ONCE, timeoutMs: DIALS_MS };
    const answers = await this.#output.questions.ask(asked, bounds);
    return answers.flatMap((answer, i) => (answer === undefined ? [i] : []));
  }

  async #tallyCounters(): Promise<PackAnswer> {
    const told = await this.#askAll('counters');
    const tallies = told.map(({ nodeId, result }) => tallyCounters(nodeId, result.sessions));
    return { counters: tallies.reduce(addCounters, NO_COUNTERS) };
  }

  async #tallyLinks(): Promise<PackAnswer> {
    const told = await this.#askAll('neighbours');
    const tallies = told.map(({ nodeId, result }) => tallyLinks(nodeId, result.links));
    return { links: tallies.reduce(addLinks, NO_LINKS) };
  }

  /** What the peers that are not paused answer. */
  async #askAll<C extends 'counters' | 'neighbours'>(
    command: C,
  ): Promise<readonly { readonly nodeId: string; readonly result: Results[C] }[]> {
    const peers = [...this.#living.values()].filter(({ isPaused }) => !isPaused);
    const asked = peers.map(({ run }) => ({
      tell: (line: string) => run.command(line),
      request: { command } as Request,
    }));
    const answers = await this.#output.questions.ask(asked, { atOnce: peers.length, timeoutMs: TALLY_MS });
    return peers.flatMap(({ nodeId }, i) => {
      const result = answers[i] as Results[C] | undefined;
      return result === undefined ? [] : [{ nodeId, result }];
    });
  }

  async #start(peers: readonly PackedPeer[]): Promise<void> {
    this.#bounds ??= boundsOf(Math.max(1, peers.length));
    const bounds = this.#bounds;
    await Promise.all(
      peers.map(async peer => {
        const { place } = peer;
        if (this.#living.has(place)) return;
        this.#output.host({ pack: 'started', place });
        const run = startPacked(peer, this.#output, bounds);
        this.#living.set(place, { run, nodeId: peer.env.PEERLAB_NODE_ID ?? '', isPaused: false });
        void run.ended.then(({ reason, exitCode }) => {
          this.#living.delete(place);
          this.#output.host({ pack: 'ended', place, reason, exitCode });
        });
        await run.begun;
      }),
    );
  }

  async #change(
    place: number,
    request: Exclude<PackCall['request'], { do: 'start' | 'state' | 'isolated' | 'connect' | 'tally' }>,
  ): Promise<void> {
    const peer = this.#living.get(place);
    if (peer === undefined) throw new Error('does not run');
    if (request.do === 'pause') {
      if (!peer.isPaused) peer.run.freeze();
      peer.isPaused = true;
      return;
    }
    // A process that a signal has stopped goes on as well. One that is killed does nothing more.
    if (request.do !== 'kill' || request.signal !== 'SIGKILL') {
      peer.run.thaw();
      peer.isPaused = false;
    }
    if (request.do === 'unpause') return;
    peer.run.signal(request.do === 'kill' ? (request.signal as NodeJS.Signals) : 'SIGTERM');
    await peer.run.ended;
  }

  #noteIsolated(place: number, is: boolean): void {
    if (is) this.#isolated.add(place);
    else this.#isolated.delete(place);
  }

  #state(): PackState {
    const living = [...this.#living];
    return {
      running: living.flatMap(([place, { isPaused }]) => (isPaused ? [] : [place])),
      paused: living.flatMap(([place, { isPaused }]) => (isPaused ? [place] : [])),
      isolated: [...this.#isolated],
    };
  }
}
