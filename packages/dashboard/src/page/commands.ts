/** Has the server do something, and keeps what came of it. */
import { type Signal, signal } from '@preact/signals';
import type { Action, ActionResult } from '../model/actions.ts';
import { chosenMessage, isPlaying } from './state.ts';

/** What is being done, and what came of the last thing. */
export const busy: Signal<Action | undefined> = signal(undefined);
export const lastAction: Signal<Action | undefined> = signal(undefined);
export const lastResult: Signal<ActionResult | undefined> = signal(undefined);

/** Does it. Never rejects: what went wrong is the result. */
export async function act(action: Action): Promise<ActionResult> {
  busy.value = action;
  // What is done is to be seen.
  chosenMessage.value = undefined;
  isPlaying.value = true;
  let result: ActionResult;
  try {
    const response = await fetch('act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    result = (await response.json()) as ActionResult;
  } catch {
    result = { ok: false, text: 'the server does not answer', advice: 'is lab ui still running?' };
  }
  busy.value = undefined;
  lastAction.value = action;
  lastResult.value = result;
  return result;
}
