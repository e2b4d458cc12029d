/** What a click on a peer does: chooses it, or picks it where peers are being picked. */
import { exercise } from './exercise.ts';
import { chosenPeer, history, isPicking, picked } from './state.ts';

/** A peer, or nothing, was clicked; `isAdding`: with Shift. */
export function clickPeer(place: number | undefined, isAdding: boolean): void {
  if (isPickingNow() || isAdding) {
    if (place !== undefined) togglePicked(place);
    return;
  }
  chosenPeer.value = place;
}

/** True while clicks pick peers: for a prediction, or for a partition. */
export function isPickingNow(): boolean {
  return exercise.value.phase === 'predicting' || isPicking.value;
}

/** Picks a peer, or no longer. */
export function togglePicked(place: number): void {
  const next = new Set(picked.value);
  if (!next.delete(place)) next.add(place);
  picked.value = next;
}

/** The name of a peer, by its place. */
export function nameOf(place: number | undefined): string {
  return history.value?.peers[place ?? -1]?.name ?? '?';
}

/** Names of peers, in topology order. */
export function namesOf(places: Iterable<number>): string[] {
  return [...places].sort((a, b) => a - b).map(nameOf);
}
