/**
 * Proves a network that is too large for whole peers: its floods over typed arrays (packages/simulation's
 * `simulateFlood`), each judged by the graph. What is flooded is plan-floods.ts, what is expected judge-flood.ts.
 */

import { freemem } from 'node:os';
import process from 'node:process';
import { LabError } from '@peerlab/driver';
import { noneFailed } from '@peerlab/finding';
import { degreesOf, type Graph, Random } from '@peerlab/graph';
import { CLOSING_STATES, type StepReport } from '@peerlab/lab';
import {
  estimateMemory,
  type FloodProgress,
  formatBytes,
  paceOf,
  requireMemory,
  SimulationError,
  simulateFlood,
  TraceHash,
} from '@peerlab/simulation';
import type { LargeTopology, Topology } from '@peerlab/topology';
import { checkResultOf } from './check-results.ts';
import { judgeFlood } from './judge-flood.ts';
import { type LargeNetwork, networkOf } from './large-network.ts';
import {
  LARGE_CHECKS,
  type LargeCheckName,
  type LargeMemory,
  type LargeResult,
  type PlannedFlood,
  type RunFlood,
} from './large-result.ts';
import { type FloodPlan, planFloods } from './plan-floods.ts';

/** How a large network is proven. */
export interface ProveLargeOptions {
  /** Gives the run up: the result is what there is so far, and says so. */
  readonly signal?: AbortSignal | undefined;
  readonly report?: ((report: StepReport) => void) | undefined;
  /** Told before anything is made. */
  readonly onMemory?: ((memory: LargeMemory) => void) | undefined;
  /** @default all that a large network can have */
  readonly checks?: readonly LargeCheckName[] | undefined;
  /** @default what the system says this process may still take */
  readonly availableBytes?: number | undefined;
  /** What floods, for tests of the verdict. @default simulateFlood */
  readonly flood?: typeof simulateFlood | undefined;
}

/** Two searches of the graph, for what it says of a flood: distances of two origins, and the order of one search. */
const ORACLE_BYTES_PER_PEER = 12;

/**
 * Draws the graph and floods it. Nothing is left afterwards.
 * @throws {LabError} `CANNOT_CARRY` before anything is made, where the memory does not suffice; `NOT_SUPPORTED` for
 *   settings that cannot be simulated
 */
export async function proveLarge(
  topology: Topology | LargeTopology,
  options: ProveLargeOptions = {},
): Promise<LargeResult> {
  try {
    return await new LargeRun(topology, options).run();
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    const code = error.code === 'CANNOT_FIT' ? 'CANNOT_CARRY' : 'NOT_SUPPORTED';
    throw new LabError(code, `${topology.name}: ${error.message}`, { advice: error.advice, cause: error });
  }
}

class LargeRun {
  readonly #topology: Topology | LargeTopology;
  readonly #network: LargeNetwork;
  readonly #options: ProveLargeOptions;
  readonly #hash: TraceHash = new TraceHash();
  readonly #floods: RunFlood[] = [];
  readonly #timings: Partial<Record<'network' | LargeCheckName, number>> = {};

  constructor(topology: Topology | LargeTopology, options: ProveLargeOptions) {
    this.#topology = topology;
    this.#network = networkOf(topology);
    this.#options = options;
  }

  async run(): Promise<LargeResult> {
    const { checks: wanted = LARGE_CHECKS, signal } = this.#options;
    const memory = this.#requireMemory();
    const graph = await this.#draw();
    const plan = planFloods(graph, wanted, new Random(this.#network.seed));
    const checks = [];
    for (const name of LARGE_CHECKS.filter(check => wanted.includes(check))) {
      const startedAtMs = performance.now();
      this.#report(name, 'started', '', startedAtMs);
      const floods = await this.#runCheck(name, graph, plan);
      if (floods === undefined) break;
      const result = checkResultOf(name, floods, plan.notes[name], performance.now() - startedAtMs);
      checks.push(result);
      this.#timings[name] = result.timeMs;
      this.#report(name, CLOSING_STATES[result.verdict], result.observed, startedAtMs);
    }
    const isPartial = signal?.aborted === true && checks.length < wanted.length;
    return {
      topology: this.#topology,
      memory,
      graph: { peers: graph.peerCount, links: graph.linkCount },
      floods: this.#floods,
      checks,
      passed: !isPartial && noneFailed(checks),
      isPartial,
      timings: this.#timings,
      traceHash: this.#hash.digest,
    };
  }

  #requireMemory(): LargeMemory {
    const { size, isUniform } = this.#network;
    // Floods with a TTL remember their lanes where delays differ.
    const estimate = estimateMemory(size, !isUniform);
    const peakBytes = estimate.peakBytes + ORACLE_BYTES_PER_PEER * size.peers;
    const availableBytes = this.#options.availableBytes ?? process.availableMemory?.() ?? freemem();
    const memory = { neededBytes: peakBytes, availableBytes };
    this.#options.onMemory?.(memory);
    requireMemory({ peakBytes }, availableBytes);
    return memory;
  }

  async #draw(): Promise<Graph> {
    const { seed, size } = this.#network;
    const startedAtMs = performance.now();
    this.#report('network', 'started', '', startedAtMs);
    this.#report('network', 'running', `drawing ${size.peers} peers`, startedAtMs);
    // Shown before the graph keeps this thread busy.
    await new Promise<void>(resolve => setImmediate(resolve));
    const graph = this.#network.draw();
    const { min: fewest, max: most } = degreesOf(graph);
    const each = fewest === most ? `${most} each` : `${fewest} to ${most} each`;
    this.#timings.network = performance.now() - startedAtMs;
    const detail = `${graph.peerCount} peers, ${graph.linkCount} links, ${each}; seed ${seed}`;
    this.#report('network', 'done', detail, startedAtMs);
    return graph;
  }

  /** Undefined if it was cancelled. */
  async #runCheck(name: LargeCheckName, graph: Graph, plan: FloodPlan): Promise<RunFlood[] | undefined> {
    const planned = plan.floods.filter(({ check }) => check === name);
    const ofCheck = planned.reduce((sum, { predictedFrames }) => sum + predictedFrames, 0);
    const startedAtMs = performance.now();
    const done: RunFlood[] = [];
    let arrivedBefore = 0;
    for (const [i, flood] of planned.entries()) {
      if (this.#options.signal?.aborted === true) return undefined;
      const run = await this.#run(flood, graph, plan, ({ arrived, covered }) => {
        const elapsedMs = performance.now() - startedAtMs;
        const { perSecond, leftSeconds } = paceOf(arrivedBefore + arrived, ofCheck, elapsedMs);
        const share = ((100 * covered) / graph.peerCount).toFixed(1);
        const which = planned.length > 1 ? `flood ${i + 1} of ${planned.length}: ` : '';
        const pace = `${(perSecond / 1e6).toFixed(2)} million frames/s, ${Math.ceil(leftSeconds ?? 0)} s left`;
        this.#report(name, 'running', `${which}${share} % covered, ${pace}`, startedAtMs);
      });
      this.#floods.push(run);
      if (run.result.isPartial) return undefined;
      arrivedBefore += run.result.frames;
      done.push(run);
    }
    return done;
  }

  async #run(
    flood: PlannedFlood,
    graph: Graph,
    { horizons }: FloodPlan,
    progress: (progress: FloodProgress) => void,
  ): Promise<RunFlood> {
    const { from: origin, to: destination, ttl } = flood;
    const startedAtMs = performance.now();
    const { seed, links, overrides: linkOverrides } = this.#network;
    const input = { graph, seed, origin, destination, ttl, links, linkOverrides };
    let has: (peer: number) => boolean = () => false;
    const result = await (this.#options.flood ?? simulateFlood)(input, {
      signal: this.#options.signal,
      progress,
      finished: tell => {
        has = tell;
      },
    });
    this.#hash.bytes(new TextEncoder().encode(result.traceHash));
    const horizon = horizons.get(origin);
    if (horizon === undefined) throw new Error(`no horizon of peer ${origin}`);
    const problems = result.isPartial ? [] : judgeFlood(flood, { result, has }, horizon, this.#network);
    return { ...flood, result, problems, timeMs: performance.now() - startedAtMs };
  }

  #report(step: StepReport['step'], state: StepReport['state'], detail: string, startedAtMs: number): void {
    this.#options.report?.({ step, state, detail, timeMs: performance.now() - startedAtMs });
  }
}

/** What a run may take, for people: `up to 380 MB of memory, of 6.2 GB that are free`. */
export function memoryText({ neededBytes, availableBytes }: LargeMemory): string {
  return `up to ${formatBytes(neededBytes)} of memory; ${formatBytes(availableBytes)} are free`;
}
