/**
 * Many peers behind one pair of streams: starts them, passes their lines, and does to one what an engine does to a container.
 * The lines are packages/contract/src/pack-lines.ts; who starts hosts is packages/driver-docker/src/pack/.
 */
import { type PackCall, type PackedPeer, type PackState, readPackCall, unpackLine } from '@peerlab/contract';
import { memoryLimitBytes } from '../memory-limit.ts';
import { PackedOutput, type PackSink } from './packed-output.ts';
import { type PackedBounds, type PackedRun, startPacked } from './packed-run.ts';

/** A peer that was started and has not ended. */
interface Living {
  readonly run: PackedRun;
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
      const state = request.do === 'state' ? this.#state() : undefined;
      if (request.do === 'start') await this.#start(request.peers);
      else if (request.do === 'isolated') this.#noteIsolated(request.place, request.is);
      else if (request.do !== 'state') await this.#change(request.place, request);
      this.#output.host({ pack: 'reply', seq, ...(state === undefined ? {} : { state }) });
    } catch (error) {
      this.#output.host({ pack: 'reply', seq, problem: error instanceof Error ? error.message : String(error) });
    }
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
        this.#living.set(place, { run, isPaused: false });
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
    request: Exclude<PackCall['request'], { do: 'start' | 'state' | 'isolated' }>,
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
