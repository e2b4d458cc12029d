/** Predict, then run: who will a broadcast reach? First the peers are picked, then it is sent, then the two are compared. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { act } from './commands.ts';
import { chooseMessage, history, picked, version } from './state.ts';

/** Where the exercise is. */
export type Exercise =
  | { readonly phase: 'off' }
  | { readonly phase: 'predicting' }
  | { readonly phase: 'compared'; readonly messageId: string; readonly guessed: ReadonlySet<number> };

export const exercise: Signal<Exercise> = signal({ phase: 'off' });

/** What was guessed against what happened; places of peers. */
export interface Comparison {
  readonly right: readonly number[];
  /** Guessed, and not reached. */
  readonly tooMany: readonly number[];
  /** Reached, and not guessed. */
  readonly overlooked: readonly number[];
}

/** Compared as far as is known; undefined until a guess was run. */
export const comparison: ReadonlySignal<Comparison | undefined> = computed(() => {
  version.value;
  const now = exercise.value;
  if (now.phase !== 'compared') return undefined;
  const message = history.value?.message(now.messageId);
  if (message === undefined) return undefined;
  const reached = new Set(message.receptions.keys());
  return {
    right: [...now.guessed].filter(peer => reached.has(peer)),
    tooMany: [...now.guessed].filter(peer => !reached.has(peer)),
    overlooked: [...reached].filter(peer => !now.guessed.has(peer)),
  };
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
