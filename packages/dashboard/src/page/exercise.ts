/** Predict, then run: who will a broadcast reach? First the peers are picked, then it is sent, then the two are compared. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Comparison, compared } from '../model/comparison.ts';
import { act } from './commands.ts';
import { chooseMessage, history, isOver, picked, shownMessage, version } from './state.ts';

/** Where the exercise is. */
export type Exercise =
  | { readonly phase: 'off' }
  | { readonly phase: 'predicting' }
  | { readonly phase: 'compared'; readonly messageId: string; readonly guessed: ReadonlySet<number> };

export const exercise: Signal<Exercise> = signal({ phase: 'off' });

/** Compared once the message rests and has been seen to its end; undefined before, and until a guess was run. */
export const comparison: ReadonlySignal<Comparison | undefined> = computed(() => {
  version.value;
  const now = exercise.value;
  const message = now.phase === 'compared' ? history.value?.message(now.messageId) : undefined;
  if (now.phase !== 'compared' || message === undefined || message !== shownMessage.value || !isOver.value) {
    return undefined;
  }
  return compared(now.guessed, message);
});

/** Begins: the stage shows no message, and what is clicked is picked. */
export function beginPrediction(): void {
  batch(() => {
    exercise.value = { phase: 'predicting' };
    picked.value = new Set();
  });
}

/** Ends it; the picks go with it. */
export function endExercise(): void {
  batch(() => {
    exercise.value = { phase: 'off' };
    picked.value = new Set();
  });
}

/** Sends the broadcast, and compares. @returns why it could not be sent; undefined when it was */
export async function runPrediction(from: string, ttl: number | undefined): Promise<string | undefined> {
  const guessed = picked.value;
  const limit = ttl === undefined ? {} : { ttl };
  const result = await act({ do: 'broadcast', from, text: 'a prediction', ...limit });
  if (!result.ok) return result.error;
  compareWith(result.messageId ?? '', guessed);
  return undefined;
}

/** Compares with a message that is in the recording, and plays it. */
export function compareWith(messageId: string, guessed: ReadonlySet<number> = picked.value): void {
  batch(() => {
    exercise.value = { phase: 'compared', messageId, guessed };
    picked.value = new Set();
    chooseMessage(history.value?.message(messageId));
  });
}
