/** What is done to the lab on the graph itself: a double click broadcasts, a click on a link cuts it or restores it. */
import { type Signal, signal } from '@preact/signals';
import { isUpAt } from '../model/moment.ts';
import { act } from './commands.ts';
import { clickPeer, isPickingNow, nameOf } from './selection.ts';
import { sendFrom } from './send-form.ts';
import { canAct, history, picked } from './state.ts';

/** What the pointer rests on, and where that is in the stage, in pixels. */
export interface Hovered {
  /** A place. */
  readonly peer?: number;
  /** A place among the history's links. */
  readonly link?: number;
  readonly x: number;
  readonly y: number;
}

export const hovered: Signal<Hovered | undefined> = signal(undefined);

/** A peer was clicked twice: it broadcasts. While peers are picked, each click picks, however quick. */
export function clickTwice(place: number): void {
  if (!canAct.value || isPickingNow()) clickPeer(place, false);
  else sendFrom(place);
}

/** A link was clicked: it is cut, or restored. */
export function clickLink(index: number): void {
  const link = history.value?.links[index];
  if (link === undefined || !canAct.value || isPickingNow()) return;
  const ends = [nameOf(link.a), nameOf(link.b)] as const;
  if (isUpAt(link, 'time', Number.POSITIVE_INFINITY)) {
    void act({ do: 'fault', fault: { verb: 'link-down', links: [ends] } });
  } else void act({ do: 'link-up', link: ends });
}

/** A line was drawn round peers: they are picked. */
export function lassoed(places: readonly number[]): void {
  picked.value = new Set(places);
}
