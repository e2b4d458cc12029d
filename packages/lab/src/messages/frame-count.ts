/**
 * What messages cost. The counters of the links tell it of all messages together: where others send at the same time,
 * or the sum is not the predicted one, the peers are asked what they did with each of these messages.
 */
import type { Explanation } from '@peerlab/finding';
import type { Evidence } from './evidence.ts';
import { auditFlood, type Story } from './explain.ts';
import type { SentMessage } from './judge-message.ts';
import type { JudgedMessages } from './send-and-judge.ts';

/** Frames of messages, and what is known of the number. */
export interface FrameCount {
  /** Of these messages alone; undefined where they could not be counted. */
  readonly frames: number | undefined;
  /** Peers that did not do what a flood asks of them, copy by copy. */
  readonly audits: readonly Explanation[];
  /** Why the number is unknown, or may be another one. */
  readonly open: readonly string[];
  readonly evidence: readonly string[];
}

/** Questions to peers at most, one for each message and peer. @default 40000: of the largest default check, some seconds */
const MAX_QUESTIONS = 40_000;

/** Messages that are audited, where the frames of many do not add up. */
const MAX_AUDITS = 20;

/** What messages should cost, all of them together. */
export interface FramePrediction {
  readonly frames: number;
  /** A flood without limit costs exactly this; with a limit it depends on which copy comes first. */
  readonly isExact: boolean;
}

/** See the module's header. @param predicted undefined where nothing is predicted */
export async function countFrames(judged: JudgedMessages, predicted: FramePrediction | undefined): Promise<FrameCount> {
  const { linkFrames, others, wasAtRest } = judged;
  if (!judged.isAtRest) return { ...count(undefined), open: judged.open };
  const isAlone = others === 0 && wasAtRest;
  if (isAlone && (linkFrames === undefined || predicted === undefined || linkFrames === predicted.frames)) {
    return count(linkFrames);
  }
  const recorded = await recordedFrames(judged);
  if (recorded !== undefined) return ofRecords(recorded, judged, predicted);
  if (!isAlone) return { ...count(undefined), open: [othersText(judged)] };
  if (await judged.isMoving()) return { ...count(undefined), open: ['other messages are under way'] };
  return { ...count(linkFrames), audits: await auditsOf(judged) };
}

/** What the peers recorded of the messages: frames that they say they sent, and that the others say they took. */
interface Recorded {
  readonly sent: number;
  readonly taken: number;
  readonly audits: readonly Explanation[];
}

function ofRecords(
  { sent, taken, audits }: Recorded,
  judged: JudgedMessages,
  predicted: FramePrediction | undefined,
): FrameCount {
  const { linkFrames, others, wasAtRest } = judged;
  const isExact = predicted?.isExact === true;
  // A defective peer may not know what it sends: of a flood the neighbours' word counts too, which take every copy.
  const frames = isExact ? Math.max(sent, taken) : sent;
  if (others > 0 || !wasAtRest) {
    const evidence = [`${othersText(judged)}; the frames are those that the peers recorded of each message`];
    return { frames, audits, open: [], evidence };
  }
  const isBroken = isExact && (audits.length > 0 || frames !== predicted.frames);
  if (isBroken || linkFrames === frames) return { ...count(frames), audits };
  const differ = `the links carried ${linkFrames} frames, and the peers recorded ${frames} of these messages`;
  return { ...count(undefined), open: [`${differ}: other messages may have been under way`] };
}

/** Asks every peer about every message; undefined where one of them cannot tell, or there are too many to ask. */
async function recordedFrames(judged: JudgedMessages): Promise<Recorded | undefined> {
  let [sent, taken, questions] = [0, 0, 0];
  const audits: Explanation[] = [];
  for (const { message } of judged.messages) {
    const story = await judged.storyOf(message);
    const { evidence } = story;
    questions += evidence.length;
    const isKnown = evidence.every(({ isRecorded, isAway }) => isRecorded || isAway);
    if (!isKnown || questions > MAX_QUESTIONS) return undefined;
    sent += sum(evidence, own => own.sent.reduce((total, { to }) => total + to.length, 0));
    taken += sum(evidence, own => own.takenFrom.length);
    audits.push(...auditOf(message, story));
  }
  return { sent, taken, audits };
}

/** Of peers that do not all keep records: what those that do say of the first few messages. */
async function auditsOf(judged: JudgedMessages): Promise<Explanation[]> {
  const audits: Explanation[] = [];
  let audited = 0;
  for (const { message } of judged.messages) {
    if (++audited > MAX_AUDITS) break;
    audits.push(...auditOf(message, await judged.storyOf(message)));
  }
  return audits;
}

/** Only a flood without limit sends exactly one copy over each link. */
function auditOf(message: SentMessage, story: Story): Explanation[] {
  return message.to === undefined && message.ttl === undefined ? auditFlood(message, story) : [];
}

function sum(evidence: Evidence, of: (own: Evidence[number]) => number): number {
  return evidence.reduce((total, own) => total + of(own), 0);
}

function count(frames: number | undefined): FrameCount {
  return { frames, audits: [], open: [], evidence: [] };
}

function othersText({ others }: Pick<JudgedMessages, 'others'>): string {
  if (others === 0) return 'other messages were under way before, and reached nobody';
  return `other messages were under way (${others} ${others === 1 ? 'delivery' : 'deliveries'} of them)`;
}
