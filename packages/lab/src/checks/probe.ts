/** Every peer gets an answer of every other one, by the `probe` of its kind: what stands for messages where a program has none. */
import { pause } from '@peerlab/timers';
import { sidesOf } from '../links/membership.ts';
import {
  type CheckContext,
  type CheckFinding,
  checkFinding,
  MAX_EXPLANATIONS,
  plural,
  runningPeers,
  sample,
} from './check.ts';

/** A pair of places: the first probes the second. */
export type ProbedPair = readonly [from: number, to: number];

/** Pairs that the check takes; of larger labs a sample. */
const MAX_PAIRS = 200;
/** Probes at once: each is a program that is started. */
const AT_ONCE = 8;
/** How long a pair may take until it reaches each other, in milliseconds. @default 30000: a route of a mesh takes seconds to be found */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;

/** True where some peer that runs can probe others. */
export function canProbe(context: CheckContext): boolean {
  return runningPeers(context).some(peer => context.endpoints[peer]?.client.program?.probe !== undefined);
}

/** All pairs that can reach each other, as the faults in force leave it, and whose first can probe. */
export function probedPairs(context: CheckContext): ProbedPair[] {
  const sides = sidesOf(context.graph, runningPeers(context));
  return sides.flatMap(side =>
    side
      .filter(from => context.endpoints[from]?.client.program?.probe !== undefined)
      .flatMap(from => side.filter(to => to !== from).map((to): ProbedPair => [from, to])),
  );
}

/** What one pair came to. */
export interface ProbedResult {
  readonly pair: ProbedPair;
  /** Undefined: it got an answer. */
  readonly failure: string | undefined;
}

/** Probes pairs. @param patienceMs how long those without an answer are tried again */
export async function probePairs(
  context: CheckContext,
  pairs: readonly ProbedPair[],
  patienceMs: number,
): Promise<ProbedResult[]> {
  const { endpoints, topology, signal } = context;
  const giveUpMs = performance.now() + patienceMs;
  const queue = [...pairs];
  const results: ProbedResult[] = [];
  const work = async (): Promise<void> => {
    for (let pair = queue.shift(); pair !== undefined; pair = queue.shift()) {
      const [from, to] = pair;
      const probe = endpoints[from]?.client.program?.probe;
      if (probe === undefined) continue;
      let answer = await probe(to, signal);
      while (!answer.isReached && performance.now() < giveUpMs && signal?.aborted !== true) {
        await pause(AGAIN_MS, { signal }).catch(() => undefined);
        answer = await probe(to, signal);
      }
      const [a, b] = [topology.peers[from]?.name, topology.peers[to]?.name];
      const failure = answer.isReached ? undefined : `${a} does not reach ${b}: ${answer.detail}`;
      results.push({ pair, failure });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** See the module's header. */
export async function checkProbe(context: CheckContext): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const all = probedPairs(context);
  const pairs = sample(all, MAX_PAIRS, context.random);
  const results = await probePairs(context, pairs, PATIENCE_MS);
  const failed = results.filter(({ failure }) => failure !== undefined);
  return checkFinding(
    'probe',
    {
      expected: `${plural(pairs.length, 'pair')} reach each other`,
      observed: `${pairs.length - failed.length} of ${plural(pairs.length, 'pair')}`,
      evidence: pairs.length < all.length ? [`${pairs.length} of ${all.length} pairs, chosen by the seed`] : [],
      explanations: failed.slice(0, MAX_EXPLANATIONS).map(({ failure = '' }) => ({ kind: 'missed', text: failure })),
    },
    pairs.length === 0 ? ['there is no pair of peers of which one can probe the other'] : [],
    performance.now() - startedAtMs,
  );
}
