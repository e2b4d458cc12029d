/** One message of a user: sent, followed until it is over, judged, and told with names. */
import { predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import { type CheckContext, MAX_EXPLANATIONS, unpredictable } from '../checks/check.ts';
import { type Plan, sendAndJudge } from '../checks/send-and-judge.ts';
import type { SettleOptions } from '../settling/settle.ts';
import { auditFlood, type Explanation } from './explain.ts';

/** How a message is sent and followed. */
export interface MessageOptions {
  /** 0 to 65535 hops. @default that of the topology, or without limit */
  readonly ttl?: number | undefined;
  /** Bounds of the waits for rest. */
  readonly settle?: Omit<SettleOptions, 'signal'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of one message. Peers are named. */
export interface MessageOutcome {
  readonly id: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly ttl?: number | undefined;
  /** Who had to receive it, by the graph. */
  readonly expected: readonly string[];
  readonly received: readonly { readonly peer: string; readonly hops: number; readonly from: string }[];
  readonly missed: readonly string[];
  /** Data frames that it cost; undefined where peers have no counters, or others send at the same time. */
  readonly frames: number | undefined;
  /** Frames of a flood under uniform delay; undefined where some links go one way: it depends on which copy comes first. */
  readonly predictedFrames: number | undefined;
  /** From sending to the last delivery, as the lab learnt of it, in milliseconds of the lab's time. */
  readonly timeMs: number;
  readonly passed: boolean;
  readonly failures: readonly Explanation[];
}

/**
 * See the module's header. A broadcast that cost another number of frames than predicted is audited copy by copy: an
 * echo does not show in the deliveries.
 */
export async function sendMessage(context: CheckContext, plan: Plan): Promise<MessageOutcome> {
  const { graph, topology, receptions, endpoints } = context;
  const judged = await sendAndJudge(context, [plan]);
  const [verdict] = judged.verdicts;
  if (verdict === undefined) throw new Error('a message without a verdict');
  const { message, expected } = verdict;
  const ttl = message.ttl ?? Number.POSITIVE_INFINITY;
  const predictedFrames = unpredictable(context)
    ? undefined
    : message.to === undefined
      ? predictedFloodFrames(graph, message.from, ttl)
      : predictedDmFrames(graph, message.from, message.to, ttl);
  const nameOf = (peer: number): string => topology.peers[peer]?.name ?? '';
  const names = new Map(
    endpoints.flatMap(end => (end === undefined ? [] : [[end.client.info.nodeId, end.client.name]])),
  );
  const arrivals = receptions.of(message.id);
  const isSuspicious =
    judged.frames !== undefined &&
    predictedFrames !== undefined &&
    judged.frames !== predictedFrames &&
    message.to === undefined &&
    plan.ttl === undefined;
  const audit = isSuspicious ? auditFlood(message, await judged.storyOf(message)) : [];
  const explained = verdict.violations.length === 0 ? [] : await judged.explain();
  const failures: readonly Explanation[] = [...explained, ...audit].slice(0, MAX_EXPLANATIONS);
  judged.forget();
  return {
    id: message.id,
    from: nameOf(message.from),
    ...(message.to === undefined ? {} : { to: nameOf(message.to) }),
    ...(message.ttl === undefined ? {} : { ttl: message.ttl }),
    expected: expected.map(nameOf),
    received: arrivals.map(({ peer, hops, from }) => ({ peer: nameOf(peer), hops, from: names.get(from) ?? from })),
    missed: expected.filter(peer => !verdict.received.includes(peer)).map(nameOf),
    frames: judged.frames,
    predictedFrames,
    timeMs: Math.max(0, ...arrivals.map(({ atMs }) => atMs - (judged.sentAtMs[0] ?? atMs))),
    passed: failures.length === 0,
    failures,
  };
}
