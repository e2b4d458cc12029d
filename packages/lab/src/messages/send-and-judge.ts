/** Sends messages, waits for rest once, and judges each: what the checks and a scenario's steps share. */

import { type Payload, sealingKey } from '@peerlab/contract';
import { LabError, type PeerClient } from '@peerlab/driver';
import type { Explanation } from '@peerlab/finding';
import { type CheckContext, clientAt, clientsOf, MAX_EXPLANATIONS, plural } from '../checks/check.ts';
import { framesBetween, isOthersDoing, type SettleReport } from '../settling/settle.ts';
import type { WholeMessages } from './alike-messages.ts';
import { type ArrivalOptions, awaitArrivals } from './await-arrivals.ts';
import { blame } from './blame.ts';
import { gatherEvidence, historyOf, placesOf } from './evidence.ts';
import { explainViolation, type Story } from './explain.ts';
import { groupBy } from './group-by.ts';
import type { JudgedMessage, SentMessage, Violation } from './judge-message.ts';
import { SentMessages } from './sent-messages.ts';
import { untilHeard } from './until-heard.ts';
import { UntoldEvents } from './untold-events.ts';

/** A message to send, by places in the topology. */
export type Plan = Omit<SentMessage, 'id' | 'content'> & {
  /** @default a short text */
  readonly payload?: Payload;
};

/** A message that was judged, and when it was sent, on the lab's clock. */
export type TimedMessage = JudgedMessage & { readonly sentAtMs: number };

/** What came of the messages. */
export interface JudgedMessages {
  /** Messages that were sent. */
  readonly sent: number;
  /** In the order of the plans; of many (`isFolding`) those alone that are not among the {@link whole}. Judged with each walk. */
  readonly messages: Iterable<TimedMessage>;
  /** Those delivered once to each expected peer, and to no other, as sums; none unless there are many. */
  readonly whole: readonly WholeMessages[];
  /** Each of the {@link whole}, with who had to receive it. In no particular order. */
  readonly wholeMessages: () => Iterable<{ readonly message: SentMessage; readonly expected: readonly number[] }>;
  /**
   * Data frames that all links carried meanwhile, of whatever message; undefined where they could not be counted.
   * frame-count.ts tells those of these messages.
   */
  readonly linkFrames: number | undefined;
  /** Deliveries of other messages meanwhile, as far as the lab heard them. */
  readonly others: number;
  /** False where other messages kept the lab from coming to rest: what is missing may still be under way. */
  readonly isAtRest: boolean;
  /** False where the lab had not come to rest before they were sent. */
  readonly wasAtRest: boolean;
  /** How the lab came to rest. */
  readonly rest: Rest;
  /** Messages that their origins refused to send, each as an explanation. */
  readonly refused: readonly Explanation[];
  /** Places of peers that could not tell all that they received: what they missed is not known. */
  readonly mute: ReadonlySet<number>;
  /** What could not be judged, and why: limits of the lab, never of the peers. */
  readonly open: readonly string[];
  /** Why the claim is open where peers that were away came back meanwhile and delivered some of them: the graph lacks them. */
  readonly returned: readonly string[];
  /** Explains the first few violations: of these, or of all. */
  explain(of?: readonly Violation[]): Promise<Explanation[]>;
  /** What is known about one message, for an audit. */
  storyOf(message: SentMessage): Promise<Story>;
  /** True where frames move although these messages are over. */
  isMoving(): Promise<boolean>;
  /** Lets go of what was kept about the messages. */
  forget(): void;
}

/** How the lab came to rest, as far as it did. */
export type Rest = Pick<SettleReport, 'method' | 'withoutCounters' | 'programs' | 'silent'>;

/** Sends the messages by the function that it is handed; those that need not be sent may be left out. */
export type Sending = (plans: Iterable<Plan>, send: (plan: Plan) => Promise<void>) => Promise<void>;

/** How messages are sent. */
export interface SendingOptions {
  /** When each is sent. @default all at once; where programs name what they send, each once the one before has arrived */
  readonly sending?: Sending | undefined;
  /** There may be any number of them: those that arrive as they should are kept as sums. @default false */
  readonly isFolding?: boolean | undefined;
  /** How long the deliveries are waited for, and which. */
  readonly arrival?: ArrivalOptions | undefined;
  /** A refusal is an outcome, not an error. @default where the origin is a program */
  readonly keepsRefusals?: boolean | undefined;
}

/**
 * How long the messages of others may hold up the sending, in milliseconds: rest before it is only needed to count the
 * frames of the links.
 */
const FIRST_REST_MS = 5000;

/** How long it is watched whether frames move by themselves, in milliseconds. */
const LOOK_AGAIN_MS = 200;

const ALL_AT_ONCE: Sending = async (plans, sendOne) => {
  await Promise.all(Array.from(plans, sendOne));
};

/** After one that did not arrive in time the others are not waited for: each of them might take as long. */
function oneByOne(hasArrived: () => Promise<boolean>): Sending {
  return async (plans, sendOne) => {
    let isInTime = true;
    for (const plan of plans) {
      await sendOne(plan);
      isInTime = isInTime && (await hasArrived());
    }
  };
}

/**
 * See the module's header.
 * @throws {LabError} what the origins answer, and what waiting for rest throws
 */
export async function sendAndJudge(
  context: CheckContext,
  plans: Iterable<Plan>,
  { sending, isFolding = false, arrival = {}, keepsRefusals = false }: SendingOptions = {},
): Promise<JudgedMessages> {
  const { graph, receptions, topology, uncertain } = context;
  const refused: Explanation[] = [];
  const clients = clientsOf(context);
  await untilHeard(clients, context.signal);
  const untold = new UntoldEvents(clients);
  const sent = new SentMessages({ graph, receptions, places: placesOf(clients), isFolding });
  const settle = async (othersTimeoutMs?: number): Promise<SettleReport | LabError> => {
    try {
      const ownCopies = async (): Promise<number | undefined> => await copiesOf(context, sent);
      return await context.settle({ others: () => sent.others, othersTimeoutMs, ownCopies });
    } catch (error) {
      if (isOthersDoing(error)) return error;
      throw error;
    }
  };
  let before: SettleReport | LabError;
  let after: SettleReport | LabError;
  // What is in flight is seen by counters alone; where a peer has none, only time tells.
  const isGuess = clients.some(client => client !== undefined && !client.isAway && !client.can('counters'));
  const withinMs = arrival.withinMs ?? (isGuess ? (context.arrivalMs ?? defaultArrivalMs(clients)) : undefined);
  const hasArrived = async (): Promise<boolean> =>
    withinMs === undefined ||
    (await awaitArrivals(sent, clients, context.clock, { ...arrival, withinMs, signal: context.signal }));
  const isOneByOne = clients.some(client => client?.program?.namesMessages === true);
  const sendAll = sending ?? (isOneByOne ? oneByOne(hasArrived) : ALL_AT_ONCE);
  try {
    before = await settle(FIRST_REST_MS);
    await sendAll(plans, async plan => {
      try {
        await send(context, sent, plan);
      } catch (error) {
        const refusal = refusalOf(error, clients[plan.from], keepsRefusals);
        if (refusal === undefined) throw error;
        refused.push(refusal);
      }
    });
    await hasArrived();
    after = await settle();
    for (const client of clients) client?.requireHeard();
    // What a peer said by breaking the contract was not heard: nobody else is to be blamed for what is missing.
    for (const client of clientsOf(context)) client?.requireSound();
  } catch (error) {
    sent[Symbol.dispose]();
    throw error;
  }
  const rest = restOf(before, after);
  // What has not come may still be under way where the lab does not come to rest, and need not come where nobody can tell.
  const deaf = clients.flatMap((client, peer) => (client?.program?.tellsReceived === false ? [peer] : []));
  const isJudged = isReport(after) && uncertain.length === 0;
  const mute = isJudged ? new Set([...untold.peers, ...deaf]) : new Set(topology.peers.keys());
  const names = topology.peers.map(({ name }) => name);
  // A peer that was away when they were sent, and delivered one, came back meanwhile: the graph does not know of it.
  const away = new Set(clients.flatMap((client, peer) => (client === undefined ? [peer] : [])));
  const back = [...sent.receiversAmong(away)];
  sent.finish(mute, rest.silent.length > 0 || back.length > 0);
  const { others } = sent;
  const storyOf = async (message: SentMessage): Promise<Story> => {
    const evidence = await gatherEvidence(
      { id: message.id, ...sent.factsOf(message.id) },
      clientsOf(context),
      context.clock,
    );
    const waited = withinMs === undefined ? {} : { withinMs };
    return { graph, names, evidence, ...waited, hasOwnLinks: topology.ownLinks === true };
  };
  return {
    sent: sent.count,
    messages: { [Symbol.iterator]: () => sent.judged() },
    whole: sent.whole,
    wholeMessages: () => sent.wholeMessages(),
    linkFrames:
      isReport(before) && isReport(after) && rest.silent.length === 0 ? framesBetween(before, after) : undefined,
    others,
    isAtRest: isReport(after),
    wasAtRest: isReport(before),
    rest,
    mute,
    refused,
    open: [
      ...uncertain,
      ...deafReasons(deaf, names),
      ...untold.reasons,
      ...unsureReasons(sent),
      ...(isReport(after) ? [] : [after.message]),
    ],
    returned: returnedReasons(back, names),
    explain: async of => {
      const told = mostTelling(of ?? inTurns(sent.judged()));
      return distinct(
        blame(await Promise.all(told.map(async one => explainViolation(one, await storyOf(one.message))))),
      );
    },
    storyOf,
    isMoving: async () => {
      const now = isReport(after) ? await looksAgain(context) : undefined;
      return !isReport(after) || now === undefined || framesBetween(after, now) !== 0;
    },
    forget: () => sent[Symbol.dispose](),
  };
}

/** The default of `SettleOptions.arrivalMs`. */
function defaultArrivalMs(clients: readonly (PeerClient | undefined)[]): number {
  return clients.some(client => client?.program !== undefined) ? 30_000 : 5000;
}

/** Peers whose deliveries cannot be seen: their kind says no `received`. */
function deafReasons(deaf: readonly number[], names: readonly string[]): string[] {
  if (deaf.length === 0) return [];
  const who = deaf.length > 3 ? `${deaf.length} peers` : deaf.map(peer => names[peer]).join(', ');
  return [`what ${who} received is not known: the kind has no received:`];
}

/** Peers that were not there when a message was sent, and received it. */
function returnedReasons(back: readonly number[], names: readonly string[]): string[] {
  if (back.length === 0) return [];
  const who = back.length > 3 ? `${back.length} peers` : back.map(peer => names[peer]).join(', ');
  const [were, they] = back.length === 1 ? ['was', 'it'] : ['were', 'they'];
  return [`${who} ${were} away when a message was sent, and received it: what ${they} passed on is not known`];
}

/** A refusal, as an explanation; undefined for every other error, and where a refusal is one. */
function refusalOf(error: unknown, origin: PeerClient | undefined, isKept: boolean): Explanation | undefined {
  const isOutcome = isKept || origin?.program !== undefined;
  if (!isOutcome || !(error instanceof LabError) || error.code !== 'PEER_REFUSED') return undefined;
  return { kind: 'refused', ...(origin === undefined ? {} : { culprit: origin.name }), text: error.message };
}

/** Peers that were silent before or after are not known. */
function restOf(before: SettleReport | LabError, after: SettleReport | LabError): Rest {
  const silent = [before, after].flatMap(one => (isReport(one) ? one.silent : []));
  const { method, withoutCounters, programs } = isReport(after) ? after : AT_REST;
  return { method, withoutCounters, programs, silent: [...new Set(silent)] };
}

const AT_REST = { method: 'counters', withoutCounters: [], programs: [] } as const;

function isReport(rest: SettleReport | LabError): rest is SettleReport {
  return !(rest instanceof LabError);
}

/** After a while, in which whatever sends by itself has sent again. @returns undefined where the lab is not at rest */
async function looksAgain({ clock, settle }: CheckContext): Promise<SettleReport | undefined> {
  await clock.until(clock.nowMs() + LOOK_AGAIN_MS);
  try {
    return await settle({ othersTimeoutMs: FIRST_REST_MS, ownCopies: async () => 0 });
  } catch (error) {
    if (isOthersDoing(error)) return undefined;
    throw error;
  }
}

/** Questions to peers at most, one for each message and peer, to see whether messages still move. */
const MAX_QUESTIONS = 40_000;

/** Copies of the messages that the peers recorded so far; undefined where one of them cannot tell, or there are too many to ask. */
async function copiesOf(context: CheckContext, sent: SentMessages): Promise<number | undefined> {
  const clients = clientsOf(context).filter(client => client !== undefined);
  if (sent.count * clients.length > MAX_QUESTIONS) return undefined;
  let copies = 0;
  for (const message of sent.ids()) {
    const histories = await Promise.all(clients.map(async client => await historyOf(client, message, context.clock)));
    for (const history of histories) {
      if (history?.isComplete !== true) return undefined;
      copies += history.records.length;
    }
  }
  return copies;
}

/** Violations that are explained, of which those alike are then told once. */
const MAX_EXPLAINED = 24;

/** Violations of one kind that are looked at: of more, the first. */
const MAX_ALIKE = 1000;

/** The first violation of each message comes first: the others follow from the same defect more often than not. */
function inTurns(messages: Iterable<JudgedMessage>): Violation[] {
  const ranked: { readonly violation: Violation; readonly rank: number }[] = [];
  const counts = new Map<string, number>();
  for (const { violations } of messages) {
    for (const [rank, violation] of violations.entries()) {
      const count = (counts.get(violation.kind) ?? 0) + 1;
      counts.set(violation.kind, count);
      if (count <= MAX_ALIKE) ranked.push({ violation, rank });
    }
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ violation }) => violation);
}

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

function unsureReasons({ unsure, count }: SentMessages): string[] {
  if (unsure === 0) return [];
  return [`${unsure} of ${plural(count, 'message')} not judged: more deliveries came than this lab can remember`];
}

async function send(
  context: CheckContext,
  sent: SentMessages,
  { payload = 'lab check', ...address }: Plan,
): Promise<void> {
  const { clock } = context;
  const client = clientAt(context, address.from);
  const recipient = address.to === undefined ? undefined : clientAt(context, address.to).info;
  const to = recipient?.nodeId;
  const { ttl } = address;
  const kind = to === undefined ? 'broadcast' : 'dm';
  const content = context.receptions.contents.of(kind, client.info.nodeId, payload);
  const isNew = await sent.send(address, content, async () => {
    let atMs = clock.nowMs();
    // In virtual time a command takes effect when it is answered; elsewhere the way there counts.
    const onReply = (repliedAtMs: number | undefined): void => {
      atMs = repliedAtMs ?? atMs;
    };
    const { id } =
      recipient === undefined
        ? await client.request({ command: 'broadcast', payload, ttl }, { onReply })
        : await client.request(
            { command: 'dm', to: recipient.nodeId, payload, ttl, ...sealingKey(client.info, recipient) },
            { onReply },
          );
    return { id, atMs };
  });
  if (isNew) return;
  throw new LabError('CONTRACT_BROKEN', `${client.name} gave two messages the same id`, {
    details: { peer: client.name },
  });
}
