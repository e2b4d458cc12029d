/** What a lab looks like at one moment, on either clock: pure questions to its history. */
import type { SecuritySetting } from '@peerlab/conditions';
import type { Frame } from './frame.ts';
import type { LabHistory, LinkTrack, PeerCondition, PeerTrack, Since } from './history.ts';
import type { Message, Reception } from './message.ts';
import { type Clock, HOP_MS, on, shownEnd } from './timeline.ts';

/** How long a frame that came to nothing can still be seen, as a share of a hop. */
const FADE = 0.8;

/** What was true at a moment. */
export function valueAt<T>(values: readonly Since<T>[], clock: Clock, ms: number): T | undefined {
  for (let i = values.length - 1; i >= 0; i--) {
    const since = values[i];
    if (since !== undefined && on(clock, since) <= ms) return since.value;
  }
  return undefined;
}

/** How a peer was. */
export function conditionAt(peer: PeerTrack, clock: Clock, ms: number): PeerCondition {
  return valueAt(peer.conditions, clock, ms) ?? 'missing';
}

/** Whether a link was up. */
export function isUpAt(link: LinkTrack, clock: Clock, ms: number): boolean {
  return valueAt(link.ups, clock, ms) ?? false;
}

/** How a link that was up was protected; undefined where it was down, or nobody says. */
export function securityAt(link: LinkTrack, clock: Clock, ms: number): SecuritySetting | undefined {
  return isUpAt(link, clock, ms) ? valueAt(link.security, clock, ms) : undefined;
}

/** When a message began and when the last of it has been seen. */
export function spanOf(message: Message, clock: Clock): readonly [startMs: number, endMs: number] {
  return clock === 'hops'
    ? [message.start.shownMs, shownEnd(message)]
    : [message.start.atMs, Math.max(message.lastAtMs, message.start.atMs)];
}

/** When a frame was on its link. A frame that nobody took has no end. */
export function flightOf(message: Message, frame: Frame, clock: Clock): readonly [startMs: number, endMs: number] {
  if (clock === 'hops') {
    const [startMs, endMs] = message.schedule.flights.get(frame) ?? [0, Number.POSITIVE_INFINITY];
    return [message.start.shownMs + startMs, message.start.shownMs + endMs];
  }
  const endMs = frame.arrivedAtMs ?? Number.POSITIVE_INFINITY;
  return [Math.min(frame.sentAtMs ?? endMs, endMs), endMs];
}

/** A frame as it is to be drawn. */
export interface SeenFrame {
  readonly frame: Frame;
  /** How far it is on its link, 0..1. */
  readonly progress: number;
  /** 1 while it flies; less while it fades. */
  readonly strength: number;
}

/** How far a frame is seen to come that may still arrive. */
const WAITING = 0.9;

/**
 * The frames of a message that can be seen at a moment.
 * @param isAtRest nothing more comes of it: what flies yet is lost
 */
export function framesAt(message: Message, clock: Clock, ms: number, isAtRest = true): SeenFrame[] {
  const fadeMs = HOP_MS * FADE;
  const seen: SeenFrame[] = [];
  const isOver = isAtRest && (clock === 'hops' || ms > spanOf(message, clock)[1]);
  for (const frame of message.frames) {
    const [startMs, endMs] = flightOf(message, frame, clock);
    if (ms < startMs) continue;
    const isLost = frame.fate === 'dropped' || (frame.fate === 'flying' && isOver);
    if (isLost) {
      // It is seen to set out, and to go out half-way.
      const progress = Math.min(0.5, (ms - startMs) / HOP_MS);
      const strength = 1 - Math.max(0, (ms - startMs) / HOP_MS - 0.5) / FADE;
      if (strength > 0) seen.push({ frame, progress, strength });
    } else if (frame.fate === 'flying') {
      const hops = (ms - startMs) / HOP_MS;
      seen.push({
        frame,
        progress: Math.min(WAITING, clock === 'hops' ? (ms - startMs) / (endMs - startMs) : hops),
        strength: 1,
      });
    } else if (ms < endMs) {
      seen.push({
        frame,
        progress: endMs === startMs ? 1 : Math.min(1, (ms - startMs) / (endMs - startMs)),
        strength: 1,
      });
    } else if (frame.fate === 'duplicate' && ms < endMs + fadeMs) {
      seen.push({ frame, progress: 1, strength: 1 - (ms - endMs) / fadeMs });
    }
  }
  return seen;
}

/** A duplicate where it came to rest. */
export interface RestingDuplicate {
  readonly frame: Frame;
  /** How many came the same way: several where copies with more TTL left were relayed again. */
  readonly count: number;
}

/** The duplicates that had arrived by then, by direction of a link: added up over the whole message. */
export function duplicatesAt(message: Message, clock: Clock, ms: number): RestingDuplicate[] {
  const found = new Map<string, RestingDuplicate>();
  for (const frame of message.frames) {
    if (frame.fate !== 'duplicate' || flightOf(message, frame, clock)[1] > ms) continue;
    const way = `${frame.from} ${frame.to}`;
    found.set(way, { frame, count: (found.get(way)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** Who had taken the message by then. */
export function litAt(message: Message, clock: Clock, ms: number): Reception[] {
  return [...message.receptions.values()].filter(reception => on(clock, reception) <= ms);
}

/** The message that is looked at when none is chosen: the latest that had begun. */
export function latestAt(history: LabHistory, clock: Clock, ms: number): Message | undefined {
  for (let i = history.messages.length - 1; i >= 0; i--) {
    const message = history.messages[i];
    if (message !== undefined && on(clock, message.start) <= ms) return message;
  }
  return undefined;
}

/** The messages that are under way, the latest first, at most so many. */
export function activeAt(history: LabHistory, clock: Clock, ms: number, most: number): Message[] {
  const found: Message[] = [];
  // Only the latest can be: what began long ago has ended.
  const recent = history.messages.slice(-Math.max(most * 4, 400));
  for (let i = recent.length - 1; i >= 0 && found.length < most; i--) {
    const message = recent[i];
    if (message === undefined) continue;
    const [startMs, endMs] = spanOf(message, clock);
    if (startMs <= ms && ms <= endMs + HOP_MS) found.push(message);
  }
  return found;
}

/** The next moment after this one, or before it, at which a hop of a message ends; for stepping. */
export function stepFrom(message: Message, clock: Clock, ms: number, direction: 1 | -1): number {
  const [startMs, endMs] = spanOf(message, clock);
  const stops =
    clock === 'hops'
      ? [...new Set([startMs, ...[...message.schedule.flights.values()].map(([, end]) => startMs + end)])].sort(
          (a, b) => a - b,
        )
      : [startMs, ...[...message.receptions.values()].map(({ atMs }) => atMs), endMs].sort((a, b) => a - b);
  const slackMs = clock === 'hops' ? 1 : 1e-4;
  const next = direction === 1 ? stops.find(stop => stop > ms + slackMs) : stops.findLast(stop => stop < ms - slackMs);
  return next ?? (direction === 1 ? Math.max(endMs, ms) : Math.min(startMs, ms));
}

/** Where a step leads. */
export interface Stop {
  readonly message: Message;
  readonly ms: number;
}

/**
 * The next hop, or the one before: of the message that is shown, else of the one after it or before it.
 * @param from what is shown: no message before the first has begun
 * @returns undefined where there is nothing further
 */
export function stepIn(
  { messages }: LabHistory,
  { message, clock, ms }: { readonly message: Message | undefined; readonly clock: Clock; readonly ms: number },
  direction: 1 | -1,
): Stop | undefined {
  if (message !== undefined) {
    const within = stepFrom(message, clock, ms, direction);
    if (within !== ms) return { message, ms: within };
  }
  const other = messages[(message === undefined ? -1 : messages.lastIndexOf(message)) + direction];
  if (other === undefined) return undefined;
  const [startMs, endMs] = spanOf(other, clock);
  if (direction === 1) return { message: other, ms: startMs };
  // Where one message ends as the next begins, that moment belongs to the next.
  return { message: other, ms: endMs < ms ? endMs : stepFrom(other, clock, ms, -1) };
}
