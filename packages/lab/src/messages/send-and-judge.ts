/** Sends many messages at once, waits for rest once, and judges each: what the broadcast, TTL and DM checks share. */

import type { Payload } from '@peerlab/contract';
import { LabError } from '@peerlab/driver';
import type { Explanation } from '@peerlab/finding';
import { distancesFrom } from '@peerlab/graph';
import { type CheckContext, clientAt, clientsOf, MAX_EXPLANATIONS } from '../checks/check.ts';
import type { SettleReport } from '../settling/settle.ts';
import { blame } from './blame.ts';
import { gatherEvidence, placesOf } from './evidence.ts';
import { explainViolation, type Story } from './explain.ts';
import { groupBy } from './group-by.ts';
import { type JudgedMessage, judgeMessage, type SentMessage, type Violation } from './judge-message.ts';

/** A message to send, by places in the topology. */
export type Plan = Omit<SentMessage, 'id'> & {
  /** @default a short text */
  readonly payload?: Payload;
};

/** What came of the messages. */
export interface JudgedMessages {
  /** In the order of the plans. */
  readonly messages: readonly JudgedMessage[];
  /** Data frames that all of them together cost; undefined where peers have no counters. */
  readonly frames: number | undefined;
  readonly report: SettleReport;
  /** When each was sent, on the lab's clock. */
  readonly sentAtMs: readonly number[];
  /** Explains the first few violations: of these, or of all. */
  explain(of?: readonly Violation[]): Promise<Explanation[]>;
  /** What is known about one message, for an audit. */
  storyOf(message: SentMessage): Promise<Story>;
  /** Lets go of what was kept about the messages. */
  forget(): void;
}

/** Sends the messages by the function that it is handed; those that need not be sent may be left out. */
export type Sending = <T>(plans: readonly Plan[], send: (plan: Plan) => Promise<T>) => Promise<T[]>;

const ALL_AT_ONCE: Sending = async (plans, sendOne) => await Promise.all(plans.map(sendOne));

/**
 * See the module's header.
 * @param sending when each is sent; default: all at once
 */
export async function sendAndJudge(
  context: CheckContext,
  plans: readonly Plan[],
  sending: Sending = ALL_AT_ONCE,
): Promise<JudgedMessages> {
  const { graph, receptions, topology } = context;
  const before = await context.settle();
  const untold = untoldEvents(context);
  const sent = await sending(plans, async plan => await send(context, plan));
  const messages = sent.map(({ message }) => message);
  const report = await context.settle();
  requireAllTold(context, untold);
  const places = placesOf(clientsOf(context));
  const distances = new Map<number, Int32Array>();
  const judged = messages.map(message => {
    const distance = distances.get(message.from) ?? distancesFrom(graph, message.from);
    distances.set(message.from, distance);
    return judgeMessage(graph, message, receptions.of(message.id), distance, places);
  });
  const names = topology.peers.map(({ name }) => name);
  const storyOf = async (message: SentMessage): Promise<Story> => {
    const evidence = await gatherEvidence(message.id, clientsOf(context), receptions.of(message.id));
    return { graph, names, evidence };
  };
  return {
    messages: judged,
    frames:
      report.method === 'counters' && report.peersRead === before.peersRead
        ? report.framesOut - report.framesAway - (before.framesOut - before.framesAway)
        : undefined,
    report,
    sentAtMs: sent.map(({ atMs }) => atMs),
    explain: async of => {
      // The first of each message comes first: the others follow from the same defect more often than not.
      const wanted = of === undefined ? undefined : new Set(of);
      const ranked = judged
        .flatMap(({ violations }) =>
          violations
            .filter(violation => wanted?.has(violation) ?? true)
            .map((violation, rank) => ({ violation, rank })),
        )
        .sort((a, b) => a.rank - b.rank);
      const explained = await Promise.all(
        mostTelling(ranked.map(({ violation }) => violation)).map(async violation =>
          explainViolation(violation, await storyOf(violation.message)),
        ),
      );
      return distinct(blame(explained));
    },
    storyOf,
    forget: () => receptions.forget(messages.map(({ id }) => id)),
  };
}

/** Violations that are explained, of which those alike are then told once. */
const MAX_EXPLAINED = 24;

/** Violations of different kinds come first, so that two defects are both explained. */
function mostTelling<T extends { readonly kind: string }>(violations: readonly T[]): T[] {
  const byKind = groupBy(violations, ({ kind }) => kind);
  const chosen: T[] = [];
  for (let i = 0; chosen.length < Math.min(MAX_EXPLAINED, violations.length); i++) {
    for (const list of byKind.values()) {
      const violation = list[i];
      if (violation !== undefined && chosen.length < MAX_EXPLAINED) chosen.push(violation);
    }
  }
  return chosen;
}

/** One explanation for each culprit and kind: the same peer doing the same to every message is one defect. */
export function distinct(explanations: readonly Explanation[]): Explanation[] {
  const alike = groupBy(explanations, ({ kind, culprit }) => `${kind} ${culprit}`);
  return [...alike.values()].slice(0, MAX_EXPLANATIONS).flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
    return [{ ...first, text: `${first.text}${more}` }];
  });
}

/** Events that each peer could not tell so far. */
function untoldEvents(context: CheckContext): readonly number[] {
  return clientsOf(context).map(client => client?.lostEvents ?? 0);
}

/** A delivery that was not told looks like one that never was: nothing can be judged then. */
function requireAllTold(context: CheckContext, before: readonly number[]): void {
  for (const [i, client] of clientsOf(context).entries()) {
    const lost = (client?.lostEvents ?? 0) - (before[i] ?? 0);
    if (client === undefined || lost <= 0) continue;
    throw new LabError('PEER_FAILED', `${client.name} lost ${lost} events: its output was read too slowly`, {
      advice: 'send fewer messages at once, or run fewer peers on this machine',
      details: { peer: client.name, lost },
    });
  }
}

async function send(
  context: CheckContext,
  { payload = 'lab check', ...plan }: Plan,
): Promise<{ readonly message: SentMessage; readonly atMs: number }> {
  const { clock } = context;
  const client = clientAt(context, plan.from);
  const { ttl } = plan;
  let atMs = clock.nowMs();
  // In virtual time a command takes effect when it is answered; elsewhere the way there counts.
  const onReply = (repliedAtMs: number | undefined): void => {
    atMs = repliedAtMs ?? atMs;
  };
  if (plan.to === undefined) {
    const { id } = await client.request({ command: 'broadcast', payload, ttl }, { onReply });
    return { message: { ...plan, id }, atMs };
  }
  const to = clientAt(context, plan.to).info.nodeId;
  const { id } = await client.request({ command: 'dm', to, payload, ttl }, { onReply });
  return { message: { ...plan, id }, atMs };
}
