/** What the page knows and shows: the history, the playhead on it, what is chosen. The player moves the playhead. */

import { graphFromEdges } from '@peerlab/graph';
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { LabHistory } from '../model/history.ts';
import { type Layout, layoutOf } from '../model/layout.ts';
import type { Message } from '../model/message.ts';
import { latestAt, spanOf, stepIn } from '../model/moment.ts';
import { type Clock, HOP_MS, on } from '../model/timeline.ts';
import { settledByForces } from './stage/forces.ts';

/** Where the events come from. */
export type SourceState = 'connecting' | 'live' | 'lost' | 'replay';

/** Slower than life, and faster. 1: a hop takes 0.6 s on the hop clock, a second a second on the lab's. */
export const SPEEDS: readonly number[] = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4];

/** The page may be so far behind what happens, on either clock; then it goes to where things are. */
const MAX_LAG_MS = 20_000;

/** How often the panels follow the playhead, in milliseconds. */
const PANEL_EVERY_MS = 150;

/** Gaps longer than this are skipped. */
const IDLE_MS = 1500;

export const history: Signal<LabHistory | undefined> = signal(undefined);
/** Grows with every batch of events: what shows the history reads it. */
export const version: Signal<number> = signal(0);
export const source: Signal<SourceState> = signal('connecting');
/** What a reader should know of the source, such as that a recording was cut off. */
export const sourceNote: Signal<string> = signal('');
/** The server is there, and has no lab to show yet. */
export const isWaiting: Signal<boolean> = signal(false);
/** Things can be done to the lab. */
export const canAct: Signal<boolean> = signal(false);
/** The lab's time is virtual, and can be let pass. */
export const canPass: Signal<boolean> = signal(false);
export const clock: Signal<Clock> = signal('hops');
export const playheadMs: Signal<number> = signal(0);
/** The playhead as the panels see it: a few times a second, for nobody reads faster. */
export const panelMs: Signal<number> = signal(0);
export const isPlaying: Signal<boolean> = signal(true);
export const speed: Signal<number> = signal(1);
export const chosenMessage: Signal<string | undefined> = signal(undefined);
export const chosenPeer: Signal<number | undefined> = signal(undefined);
/** Peers that were picked, for a partition or a prediction. */
export const picked: Signal<ReadonlySet<number>> = signal(new Set());
/** Clicks on peers pick them: for a partition. */
export const isPicking: Signal<boolean> = signal(false);
/** What the stage shows at this moment; `undrawn`: frames under way that are not drawn one by one, more than can be. */
export const drawnNow: Signal<{
  readonly lit: number;
  readonly flying: number;
  readonly duplicates: number;
  readonly undrawn: number;
  readonly message?: string | undefined;
}> = signal({ lit: 0, flying: 0, duplicates: 0, undrawn: 0 });

/** The end of what is known, on the chosen clock. */
export const endMs: ReadonlySignal<number> = computed(() => {
  version.value;
  return history.value === undefined ? 0 : on(clock.value, history.value.end);
});

/** The beginning of it. */
export const beginMs: ReadonlySignal<number> = computed(() => {
  version.value;
  return history.value === undefined ? 0 : on(clock.value, history.value.beginning);
});

/** Where the peers stand; the same for the same graph. */
export const layout: ReadonlySignal<Layout> = computed(() => {
  const known = history.value;
  if (known === undefined) return { shape: 'other', points: [] };
  const graph = graphFromEdges(
    known.header.peers.length,
    known.header.topology.links.map(([a, b]) => [a, b] as const),
  );
  const found = layoutOf(graph);
  return found.shape === 'other' ? { shape: 'other', points: settledByForces(graph, found.points) } : found;
});

/** The message that is shown: the chosen one, or else the latest that had begun. */
export const shownMessage: ReadonlySignal<Message | undefined> = computed(() => {
  version.value;
  const known = history.value;
  if (known === undefined) return undefined;
  const chosen = chosenMessage.value === undefined ? undefined : known.message(chosenMessage.value);
  return chosen ?? latestAt(known, clock.value, playheadMs.value);
});

let heardAtMs = 0;
/** For how long nothing has been told, in milliseconds, in whole seconds. */
const silentMs: Signal<number> = signal(0);
version.subscribe(() => {
  heardAtMs = performance.now();
  silentMs.value = 0;
});

/** Nothing more is expected of a message. Live, time goes by while nobody tells anything. */
export function isAtRest(message: Message): boolean {
  const known = history.value;
  if (known === undefined) return false;
  const isWhole = source.value === 'replay';
  return known.isAtRest(message, isWhole ? Number.POSITIVE_INFINITY : known.end.atMs + silentMs.value);
}

/** True once a message rests and has been shown to its end: what it came to can be told. */
export const isOver: ReadonlySignal<boolean> = computed(() => {
  version.value;
  const message = shownMessage.value;
  return message !== undefined && panelMs.value >= spanOf(message, clock.value)[1] && isAtRest(message);
});

/** Shows another history, from its beginning or, live, from its end. */
export function showHistory(next: LabHistory, at: 'beginning' | 'end'): void {
  const isOther = history.peek()?.header.peers.length !== next.header.peers.length;
  batch(() => {
    history.value = next;
    version.value++;
    playheadMs.value = at === 'end' ? on(clock.value, next.end) : on(clock.value, next.beginning);
    panelMs.value = playheadMs.value;
    // The same lab anew keeps what was picked in it.
    if (isOther) {
      picked.value = new Set();
      chosenPeer.value = undefined;
    }
  });
}

/** Chooses a message and shows it from its beginning; undefined: the latest, as they come. */
export function chooseMessage(message: Message | undefined): void {
  batch(() => {
    chosenMessage.value = message?.id;
    if (message === undefined) playheadMs.value = endMs.value;
    else playheadMs.value = spanOf(message, clock.value)[0];
    isPlaying.value = true;
  });
}

/** Goes to where things happen, and along with them. */
export function follow(): void {
  batch(() => {
    if (endMs.value - playheadMs.value > 2000) playheadMs.value = endMs.value;
    isPlaying.value = true;
  });
}

/** Goes to a moment, and stays there. */
export function scrubTo(ms: number): void {
  batch(() => {
    isPlaying.value = false;
    playheadMs.value = Math.max(beginMs.value, Math.min(ms, endMs.value));
    panelMs.value = playheadMs.value;
  });
}

/** Goes on by a hop, or back: within the message that is shown, and from its ends to the messages beside it. */
export function step(direction: 1 | -1): void {
  const known = history.value;
  const next =
    known && stepIn(known, { message: shownMessage.value, clock: clock.value, ms: playheadMs.value }, direction);
  if (next === undefined) return;
  batch(() => {
    if (chosenMessage.value !== undefined) chosenMessage.value = next.message.id;
    scrubTo(next.ms);
  });
}

/** Plays, or holds. At the end of a recording, from its beginning. */
export function togglePlaying(): void {
  if (!isPlaying.value && source.value === 'replay' && playheadMs.value >= endMs.value)
    playheadMs.value = beginMs.value;
  isPlaying.value = !isPlaying.value;
}

/** Changes the clock, and keeps looking at the same message. */
export function setClock(next: Clock): void {
  const message = shownMessage.value;
  batch(() => {
    clock.value = next;
    playheadMs.value = message === undefined ? endMs.value : spanOf(message, next)[0];
    isPlaying.value = true;
  });
}

let before = 0;
let panelsAtMs = 0;

/** Moves the playhead by what has passed. Called once a picture. */
export function play(nowMs: number): void {
  // After a pause of the browser the playhead does not leap.
  const passedMs = Math.min(100, Math.max(0, nowMs - before)) * speed.value;
  before = nowMs;
  if (nowMs - panelsAtMs > PANEL_EVERY_MS) {
    panelsAtMs = nowMs;
    panelMs.value = playheadMs.value;
    silentMs.value = Math.floor((nowMs - heardAtMs) / 1000) * 1000;
  }
  const known = history.value;
  if (!isPlaying.value || known === undefined) return;
  const end = endMs.value;
  let at = playheadMs.value;
  const chosen = chosenMessage.value === undefined ? undefined : known.message(chosenMessage.value);
  if (chosen !== undefined) {
    // A chosen message is played to its end, and held there, before what came after it changes the picture.
    const limit = spanOf(chosen, clock.value)[1] + HOP_MS;
    if (at < limit) playheadMs.value = Math.min(limit, at + passedMs);
    return;
  }
  if (at >= end) return;
  const next = nextStart(known, at);
  if (next !== undefined && next > at + IDLE_MS && !isBusy(known, at)) at = next;
  if (source.value === 'live' && end - at > MAX_LAG_MS) at = Math.max(at, lastStart(known) ?? at);
  playheadMs.value = Math.min(end, at + passedMs);
}

function isBusy(known: LabHistory, at: number): boolean {
  const latest = latestAt(known, clock.value, at);
  return latest !== undefined && spanOf(latest, clock.value)[1] > at;
}

/** When the next thing happens after a moment. */
function nextStart(known: LabHistory, at: number): number | undefined {
  const { messages } = known;
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const message = messages[middle];
    if (message !== undefined && on(clock.value, message.start) > at) high = middle;
    else low = middle + 1;
  }
  const found = messages[low];
  return found === undefined ? undefined : on(clock.value, found.start);
}

function lastStart(known: LabHistory): number | undefined {
  const last = known.messages.at(-1);
  return last === undefined ? undefined : on(clock.value, last.start);
}
