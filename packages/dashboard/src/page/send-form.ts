/** What a message says and how far it goes, as the form of the page has it: a double click sends the same. */
import { type Signal, signal } from '@preact/signals';
import { act } from './commands.ts';
import { nameOf } from './selection.ts';

export const text: Signal<string> = signal('hello');
/** Empty: without limit. */
export const ttl: Signal<string> = signal('');

/** Sends a message from a peer. @param to undefined: a broadcast */
export function sendFrom(from: number, to?: number): void {
  const limit = ttl.value === '' ? {} : { ttl: Number(ttl.value) };
  const message = { from: nameOf(from), text: text.value, ...limit };
  void act(to === undefined ? { do: 'broadcast', ...message } : { do: 'dm', to: nameOf(to), ...message });
}
