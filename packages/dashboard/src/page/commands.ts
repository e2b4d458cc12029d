/** Has the server do something, and keeps what came of it. */
import { type Signal, signal } from '@preact/signals';
import type { Action, ActionReply } from '../protocol/actions.ts';
import { tokenOf } from './source.ts';
import { chosenMessage, follow } from './state.ts';

/** Something that was done, or is being done. */
export interface Deed {
  readonly number: number;
  readonly action: Action;
  /** Undefined while it is being done. */
  readonly result?: ActionReply | undefined;
}

/** What was done, the latest first. */
export const deeds: Signal<readonly Deed[]> = signal([]);

/** Deeds that are kept. */
const MAX_DEEDS = 30;

let count = 0;

/** Does it. Never rejects: what went wrong is the result. */
export async function act(action: Action): Promise<ActionReply> {
  const number = ++count;
  deeds.value = [{ number, action }, ...deeds.value].slice(0, MAX_DEEDS);
  // What is done is to be seen.
  chosenMessage.value = undefined;
  follow();
  let result: ActionReply;
  try {
    const response = await fetch('action', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-peerlab-token': tokenOf(location) },
      body: JSON.stringify(action),
    });
    result = (await response.json()) as ActionReply;
  } catch {
    result = { ok: false, error: 'the server does not answer', advice: 'is lab ui still running?' };
  }
  deeds.value = deeds.value.map(deed => (deed.number === number ? { ...deed, result } : deed));
  return result;
}
