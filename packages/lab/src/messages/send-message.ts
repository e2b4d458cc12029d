/** One message of a user: sent, followed until it is over, judged, and told with names. */
import { LabError } from '@peerlab/driver';
import { conclude, type Finding } from '@peerlab/finding';
import { predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import {
  type CheckContext,
  MAX_EXPLANATIONS,
  notesAtRest,
  openAtRest,
  openFrames,
  plural,
  unpredictable,
} from '../checks/check.ts';
import type { SettleOptions } from '../settling/settle.ts';
import { countFrames } from './frame-count.ts';
import { type Plan, sendAndJudge } from './send-and-judge.ts';

/** How a message is sent and followed. */
export interface MessageOptions {
  /** 0 to 65535 hops. @default that of the topology, or without limit */
  readonly ttl?: number | undefined;
  /** How long it may take to arrive, in milliseconds. @default where rest is a guess, `arrivalMs` of the settings */
  readonly withinMs?: number | undefined;
  /** Bounds of the waits for rest. */
  readonly settle?: Omit<SettleOptions, 'signal'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a message of a user found. Peers are named. */
export type MessageFinding = Finding & {
  readonly id: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly ttl?: number | undefined;
  /** The peers that had to receive it, by the graph. */
  readonly due: readonly string[];
  readonly received: readonly { readonly peer: string; readonly hops: number; readonly from?: string }[];
  readonly missed: readonly string[];
  /** Data frames that it cost; undefined where peers have no counters, or others send at the same time. */
  readonly frames: number | undefined;
  /** Frames of a flood under uniform delay; undefined where some links go one way: it depends on which copy comes first. */
  readonly predictedFrames: number | undefined;
  /** From sending to the last delivery, as the lab learnt of it, in milliseconds of the lab's time. */
  readonly timeMs: number;
};

/**
 * See the module's header. A broadcast that cost another number of frames than predicted is audited copy by copy: an
 * echo does not show in the deliveries.
 */
export async function sendMessage(
  context: CheckContext,
  plan: Plan,
  { withinMs }: Pick<MessageOptions, 'withinMs'> = {},
): Promise<MessageFinding> {
  const { graph, topology, presence } = context;
  const judged = await sendAndJudge(context, [plan], { arrival: { withinMs } });
  const [refusal] = judged.refused;
  if (refusal !== undefined) throw new LabError('PEER_REFUSED', refusal.text, { details: { peer: refusal.culprit } });
  const [only] = judged.messages;
  if (only === undefined) throw new LabError('NOT_SETTLED', judged.open.join('; '), { definite: false });
  const { message, expected, received, receptions: arrivals, sentAtMs } = only;
  const ttl = message.ttl ?? Number.POSITIVE_INFINITY;
  const predictedFrames = unpredictable(context)
    ? undefined
    : message.to === undefined
      ? predictedFloodFrames(graph, message.from, ttl)
      : predictedDmFrames(graph, message.from, message.to, ttl);
  const nameOf = (peer: number): string => topology.peers[peer]?.name ?? '';
  // The neighbour that it came from may have ended since.
  const nameOfId = (nodeId: string): string => {
    const place = presence.placeOf(nodeId);
    return place === undefined ? nodeId : nameOf(place);
  };
  // With a TTL, or to one recipient, the frames depend on which copy comes first.
  const isExact = message.to === undefined && plan.ttl === undefined;
  const counted = await countFrames(
    judged,
    predictedFrames === undefined ? undefined : { frames: predictedFrames, isExact },
  );
  const { frames } = counted;
  const isSuspicious = isExact && frames !== undefined && predictedFrames !== undefined && frames !== predictedFrames;
  const audit = counted.audits;
  const explained = only.violations.length === 0 ? [] : await judged.explain();
  judged.forget();
  const arrived = expected.filter(peer => received.includes(peer)).length;
  const kind = message.to === undefined ? 'broadcast' : 'direct message';
  const target = message.to === undefined ? '' : ` to ${nameOf(message.to)}`;
  const limit = message.ttl === undefined ? '' : ` (TTL ${message.ttl})`;
  const finding = conclude(
    {
      claim: `${kind} from ${nameOf(message.from)}${target}${limit}`,
      expected: `${plural(expected.length, 'peer')}, each once${isExact && predictedFrames !== undefined ? `; ${predictedFrames} frames` : ''}`,
      observed: `${arrived} of ${plural(expected.length, 'peer')}; ${frames === undefined ? 'frames not counted' : plural(frames, 'frame')}`,
      evidence: [...notesAtRest(judged.rest), ...counted.evidence, ...(isExact ? [] : counted.open)],
      explanations: [...explained, ...audit].slice(0, MAX_EXPLANATIONS),
    },
    [
      ...openAtRest(judged.rest),
      ...judged.open,
      ...judged.returned,
      ...(isExact && predictedFrames !== undefined ? openFrames(counted, judged.rest) : []),
      ...(isSuspicious
        ? [`${frames} frames were counted, ${predictedFrames} predicted; other messages may be among them`]
        : []),
    ],
  );
  return {
    ...finding,
    id: message.id,
    from: nameOf(message.from),
    ...(message.to === undefined ? {} : { to: nameOf(message.to) }),
    ...(message.ttl === undefined ? {} : { ttl: message.ttl }),
    due: expected.map(nameOf),
    received: arrivals.map(({ peer, hops, from }) => ({
      peer: nameOf(peer),
      hops,
      ...(from === undefined ? {} : { from: nameOfId(from) }),
    })),
    missed: only.violations.filter(({ kind }) => kind === 'missed').map(({ peer }) => nameOf(peer)),
    frames,
    predictedFrames,
    timeMs: Math.max(0, ...arrivals.map(({ atMs }) => atMs - sentAtMs)),
  };
}
