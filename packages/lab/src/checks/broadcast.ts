/**
 * Every broadcast without limit reaches every peer in its origin's component once, never the origin, and all of them
 * together cost exactly the frames that the graph predicts: 2|E| - |V| + 1 each, within the origin's component.
 */
import type { Explanation } from '@peerlab/finding';
import { isConnected, predictedFloodFrames } from '@peerlab/graph';
import { countFrames, type FrameCount } from '../messages/frame-count.ts';
import { distinct, type JudgedMessages, sendAndJudge } from '../messages/send-and-judge.ts';
import {
  type CheckContext,
  type CheckFinding,
  checkFinding,
  MAX_EXPLANATIONS,
  notesAtRest,
  openAtRest,
  openFrames,
  plural,
  runningPeers,
  sample,
  unknownParts,
  unpredictable,
} from './check.ts';

/** Deliveries that the check asks for at most; larger labs broadcast from a sample of their peers. */
const MAX_DELIVERIES = 20_000;
/** Frames that the check causes, about: in a dense graph a flood costs many more frames than deliveries. */
const MAX_FRAMES = 200_000;
/** Broadcasts at the least, whatever the size. */
const MIN_ORIGINS = 3;

/** See the module's header. */
export async function checkBroadcast(context: CheckContext): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const { graph } = context;
  const running = runningPeers(context);
  const peers = running.filter(peer => context.endpoints[peer]?.client.takes('broadcast'));
  if (peers.length === 0 && running.length > 0) return cannotBroadcast(running.length, startedAtMs);
  const byDeliveries = MAX_DELIVERIES / Math.max(1, running.length - 1);
  const byFrames = MAX_FRAMES / Math.max(1, 2 * graph.linkCount - running.length + 1);
  const count = Math.max(MIN_ORIGINS, Math.floor(Math.min(byDeliveries, byFrames)));
  const origins = sample(peers, count, context.random);
  const judged = await sendAndJudge(
    context,
    origins.map(from => ({ from })),
  );
  const messages = [...judged.messages];
  const expected = sum(messages.map(message => message.expected.length));
  const broken = messages.flatMap(message => message.violations);
  const right = sum(
    messages.map(
      ({ expected, times, violations }) =>
        expected.filter(peer => times.get(peer) === 1 && !hasViolation(violations, peer)).length,
    ),
  );
  const unknown = unpredictable(context);
  const predicted = sum(origins.map(from => predictedFloodFrames(graph, from, Number.POSITIVE_INFINITY)));
  const counted = await countFrames(judged, unknown === undefined ? { frames: predicted, isExact: true } : undefined);
  const isAnother = unknown === undefined && counted.frames !== undefined && counted.frames !== predicted;
  const framesAreRight = !isAnother && counted.audits.length === 0;
  const { refused } = judged;
  const passed = broken.length === 0 && framesAreRight && refused.length === 0;

  const prediction = unknown === undefined ? `predicted ${predicted}` : 'not predicted';
  const frames = counted.frames === undefined ? 'frames not counted' : `${counted.frames} frames, ${prediction}`;
  const each = broken.some(({ kind }) => kind !== 'missed') ? 'not exactly once each' : 'each once';
  const receivers = isConnected(graph) ? ` x ${plural(running.length - 1, 'receiver')}` : ', each inside its own part';
  const isBroken = broken.length > 0 || !framesAreRight;
  const own = isBroken ? await explain(judged, counted, framesAreRight, frames) : [];
  const explanations = [...distinct(refused), ...own].slice(0, MAX_EXPLANATIONS);
  const refusals = refused.length === 0 ? '' : `; ${plural(refused.length, 'message')} refused`;
  judged.forget();
  const isWhole = origins.length === peers.length;
  return checkFinding(
    'broadcast',
    {
      expected: `${expected} deliveries, each once${unknown === undefined ? `; ${predicted} frames` : ''}`,
      observed: `${plural(origins.length, 'origin')}${receivers}: ${right} of ${expected}, ${each}; ${frames}${refusals}`,
      evidence: [
        ...(isWhole ? [] : [`${origins.length} of ${peers.length} peers, chosen by the seed, were origins`]),
        ...(unknown === undefined ? [] : [unknown]),
        ...counted.evidence,
        ...notesAtRest(judged.rest),
        ...(passed ? [] : unknownParts(context)),
        ...(isConnected(graph) ? [] : ['the graph is not connected: each peer should reach only its own part']),
      ],
      explanations,
    },
    [
      ...(expected === 0 ? ['no peer can reach another one'] : []),
      ...openAtRest(judged.rest),
      ...judged.open,
      ...judged.returned,
      ...(unknown === undefined ? openFrames(counted, judged.rest) : []),
    ],
    performance.now() - startedAtMs,
  );
}

function cannotBroadcast(running: number, startedAtMs: number): CheckFinding {
  const facts = { expected: 'broadcasts reach every peer', observed: 'no broadcast was sent', evidence: [] };
  const why = `${plural(running, 'peer')} of kinds without broadcast:`;
  return checkFinding('broadcast', { ...facts, explanations: [] }, [why], performance.now() - startedAtMs);
}

async function explain(
  judged: JudgedMessages,
  { audits }: FrameCount,
  framesAreRight: boolean,
  frames: string,
): Promise<Explanation[]> {
  const explanations = await judged.explain();
  if (framesAreRight) return explanations;
  const all = [...explanations, ...distinct(audits)];
  if (all.length > 0) return all.slice(0, MAX_EXPLANATIONS);
  return [{ kind: 'frames', text: `the floods cost ${frames}` }];
}

function hasViolation(violations: readonly { readonly peer: number }[], peer: number): boolean {
  return violations.some(violation => violation.peer === peer);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
