/** The steps that send: a broadcast, a direct message, a load. Sent, followed until they are over, judged. */

import { LabError } from '@peerlab/driver';
import { conclude, type Explanation } from '@peerlab/finding';
import {
  type ArrivalOptions,
  type CheckContext,
  clientAt,
  countFrames,
  type FrameCount,
  type JudgedMessages,
  MAX_EXPLANATIONS,
  noPathText,
  notesAtRest,
  openAtRest,
  type Plan,
  plural,
  runningPeers,
  type Sending,
  sendAndJudge,
  unpredictable,
} from '@peerlab/lab';
import type { BroadcastStep, DmStep, Expectation, LoadStep } from '@peerlab/topology';
import { judgeMessages } from './judge-messages.ts';
import { type MessageFacts, predictedFrames } from './message-facts.ts';
import { dueTo, statedReach } from './stated-reach.ts';
import type { NestedFinding } from './step-finding.ts';

/** Messages of a step, over and kept, so that a later `expect` can ask about them. */
export interface KeptMessages {
  readonly facts: MessageFacts;
  readonly judged: JudgedMessages;
  /** Peers that should run, and did not when it was over. */
  readonly ended: readonly { readonly name: string; readonly why: string }[];
  /** What they should cost follows from the graph. */
  readonly isPredictable: boolean;
  /** Messages that were not sent, because their origins did not run. */
  readonly unsent: number;
}

/** What a sending step works with. */
export interface SendingContext {
  readonly context: CheckContext;
  readonly signal: AbortSignal;
  /** How many faults have begun or ended so far. */
  readonly changes: () => number;
  /** A fault is coming or going as the step begins: what the graph was taken from is not to be relied on. */
  readonly isMoving: boolean;
  /** True for a peer that a fault keeps from running. */
  readonly isDown: (peer: string) => boolean;
  /** Names the step that took a link away, as of now: later steps may lift it. */
  readonly causes: () => (a: string, b: string) => string | undefined;
  /** Waits until the faults that are on their way have come or gone. */
  readonly arrived: () => Promise<void>;
  /** What is waited for, for the bound of the step. */
  readonly waitFor: (what: string) => void;
}

/** Sends what the step says, and follows it until it is over. @throws {LabError} as `sendAndJudge` */
export async function sendStep(step: BroadcastStep | DmStep | LoadStep, at: SendingContext): Promise<KeptMessages> {
  const { context, changes, waitFor } = at;
  const changesBefore = changes();
  const causeOf = at.causes();
  const running = runningPeers(context);
  const { count, plans } = plansOf(step, context);
  for (const { ttl, from, to } of plans) {
    requireAble(context, from, to, ttl);
    break;
  }
  waitFor(step.kind === 'load' ? 'all messages of the load to be sent' : `the ${step.kind} to finish`);
  const many = step.kind === 'load' ? { sending: paced(step, at), isFolding: true } : {};
  const arrival = arrivalOf(step.expect, context, running);
  const judged = await sendAndJudge(context, plans, { ...many, arrival, keepsRefusals: true });
  const { sent, messages, whole, mute } = judged;
  const { graph } = context;
  const isPredictable = unpredictable(context) === undefined;
  const predicted = { frames: predictedFrames({ graph, messages, whole }), isExact: isFlood(step, context) };
  const counted = step.kind === 'load' ? NOT_COUNTED : await countFrames(judged, isPredictable ? predicted : undefined);
  const facts: MessageFacts = {
    graph,
    names: context.topology.peers.map(({ name }) => name),
    running,
    count: sent,
    messages,
    whole,
    mute,
    counted,
    noPath: (from, to) => noPathText(context, from, to, causeOf),
    isGraphMoving: at.isMoving || changes() !== changesBefore,
  };
  await at.arrived();
  const ended = context.topology.peers.flatMap(({ name }, place) => {
    const why = context.presence.absence(place);
    return why === undefined || context.endpoints[place] !== undefined || at.isDown(name) ? [] : [{ name, why }];
  });
  return { facts, judged, ended, isPredictable, unsent: count - sent - judged.refused.length };
}

/** What is waited for, and how long: as far as the scenario says something else than the graph. */
function arrivalOf(expect: Expectation, { topology }: CheckContext, running: readonly number[]): ArrivalOptions {
  const names = topology.peers.map(({ name }) => name);
  const stated = statedReach({ names, running }, expect);
  const { withinMs, deliveredRatio, refused } = expect;
  // What is not sent does not arrive.
  if (refused === true) return { withinMs: 0 };
  const share = deliveredRatio?.operator.startsWith('<') === false ? deliveredRatio.value : undefined;
  return { withinMs, share, due: (address, expected) => dueTo(address, expected, stated) };
}

/** What came of messages that are to be refused. */
function judgeRefused({ judged }: KeptMessages): NestedFinding {
  const { refused, sent } = judged;
  const claim = 'the program refuses to send it';
  const said = refused.map(({ text }) => text);
  const text = `${plural(sent, 'message')} sent, and not refused`;
  const explanations = sent === 0 ? [] : [{ kind: 'stated', text } as const];
  const observed = sent === 0 ? 'refused' : text;
  return { ...conclude({ claim, expected: 'refused', observed, evidence: said, explanations }), steps: [] };
}

/** Holds messages against what is expected of them, and explains what is not so. */
export async function judgeKept(kept: KeptMessages, expect: Expectation): Promise<NestedFinding> {
  if (expect.refused === true) return judgeRefused(kept);
  const { facts, judged, ended, unsent } = kept;
  const { expected, observed, violations, broken, open, evidence } = judgeMessages(facts, expect);
  const explained = violations.length === 0 ? [] : await judged.explain(violations);
  const { counted } = facts;
  const audited = broken.length > 0 && expect.frames !== undefined ? counted.audits : [];
  const gone = ended.map(
    ({ name: culprit, why }): Explanation => ({
      kind: 'incomplete',
      culprit,
      text: `${culprit} ${why}, but no fault ended it`,
    }),
  );
  const finding = conclude(
    {
      claim: 'the messages reach the peers that they must reach',
      expected,
      observed: gone.length === 0 ? observed : `${observed}; ${plural(gone.length, 'peer')} not there`,
      evidence: [
        ...evidence,
        ...notesAtRest(judged.rest),
        ...(expect.frames === undefined ? [] : counted.evidence),
        ...(unsent === 0 ? [] : [`${plural(unsent, 'message')} not sent, because their origins did not run`]),
      ],
      explanations: [...gone, ...judged.refused, ...explained, ...broken, ...audited].slice(0, MAX_EXPLANATIONS),
    },
    [
      ...(facts.count === 0 && judged.refused.length === 0 ? ['no message was sent'] : []),
      ...openAtRest(judged.rest),
      ...judged.open,
      ...(facts.isGraphMoving ? [] : judged.returned),
      ...open,
    ],
  );
  return { ...finding, steps: [] };
}

/** The frames of a load are not stated: nothing is asked of them. */
const NOT_COUNTED: FrameCount = { frames: undefined, audits: [], open: [], evidence: [] };

/** A flood without limit costs exactly the predicted frames. */
function isFlood(step: BroadcastStep | DmStep | LoadStep, { topology }: CheckContext): boolean {
  return step.kind === 'broadcast' && (step.ttl ?? topology.defaults.ttl) === undefined;
}

/** What a step sends, and how many that is: of a load not all at once. */
function plansOf(
  step: BroadcastStep | DmStep | LoadStep,
  { topology, endpoints }: CheckContext,
): { readonly count: number; readonly plans: Iterable<Plan> } {
  const placeOf = (name: string): number => topology.peers.findIndex(peer => peer.name === name);
  const { ttl = topology.defaults.ttl } = step;
  if (step.kind !== 'load') {
    const to = step.kind === 'dm' ? { to: placeOf(step.to) } : {};
    return { count: 1, plans: [{ from: placeOf(step.from), ...to, ttl, payload: step.text ?? 'lab scenario' }] };
  }
  const origins = step.from.map(placeOf).filter(place => endpoints[place] !== undefined);
  const count = Math.max(1, Math.round((step.ratePerSecond * step.durationMs) / 1000));
  const payload = 'x'.repeat(step.sizeBytes);
  if (origins.length === 0) throw new LabError('PEER_FAILED', 'no origin of the load runs');
  function* each(): Generator<Plan> {
    for (let i = 0; i < count; i++) yield { from: origins[i % origins.length] ?? 0, ttl, payload };
  }
  return { count, plans: { [Symbol.iterator]: each } };
}

/** Each message at its time; those whose time is past go at once, so that the rate holds on average. */
function paced({ ratePerSecond }: LoadStep, { context, signal, changes, isMoving }: SendingContext): Sending {
  const { clock } = context;
  const before = changes();
  // Between the beginning of a fault and its end peers may come and go.
  const isChanged = (): boolean => isMoving || changes() !== before;
  return async (plans, send) => {
    const startedAtMs = clock.nowMs();
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    let i = 0;
    for (const plan of plans) {
      const dueAtMs = startedAtMs + (i++ * 1000) / ratePerSecond;
      if (clock.nowMs() < dueAtMs) await clock.until(dueAtMs, signal);
      if (failures.length > 0) break;
      if (isChanged() && context.endpoints[plan.from] === undefined) continue;
      const sending = send(plan)
        .catch((error: unknown) => {
          if (!(isChanged() && error instanceof LabError && error.code === 'PEER_FAILED')) failures.push(error);
        })
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
  };
}

function requireAble(context: CheckContext, from: number, to?: number, ttl?: number): void {
  const { topology } = context;
  const client = clientAt(context, from);
  const { name } = client;
  if (to !== undefined) clientAt(context, to);
  if (ttl !== undefined && topology.ownLinks === true) {
    throw new LabError('NOT_SUPPORTED', 'a TTL cannot be judged where the peers choose their own links');
  }
  if (to === undefined && !client.takes('broadcast')) {
    throw new LabError('NOT_SUPPORTED', `${name} cannot broadcast: its kind has no broadcast:`);
  }
  const lacks =
    to !== undefined && !client.can('dm') ? 'direct messages' : ttl !== undefined && !client.can('ttl') && 'TTL';
  if (lacks) throw new LabError('NOT_SUPPORTED', `${name} does not announce ${lacks}`);
}
