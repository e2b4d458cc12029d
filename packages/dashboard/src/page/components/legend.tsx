/** What the signs of the picture mean. Shape tells as well as colour. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { isPresenting } from '../presentation.ts';

const SIGNS = [
  ['origin', 'origin'],
  ['peer lit', 'has the message: hop inside, remaining TTL below'],
  ['peer', 'does not have the message'],
  ['frame', 'first copy'],
  ['frame better', 'later copy with more TTL left; direct message'],
  ['duplicate', 'duplicate'],
  ['horizon', 'horizon of the TTL'],
  ['lock', 'link: sealed; signed (outline); open (open lock)'],
  ['gone', 'stopped peer, or cut link'],
] as const;

/** A window that is less high than this, in pixels, needs the room for the graph: a small one, or a magnified page. */
const LOW_WINDOW = 600;

const isOpen: Signal<boolean> = signal(window.innerHeight >= LOW_WINDOW);

function toggled(event: { readonly currentTarget: HTMLDetailsElement }): void {
  if (!isPresenting.peek()) isOpen.value = event.currentTarget.open;
}

/** See the module's header. */
export function Legend(): VNode {
  return (
    <details class="legend" open={isOpen.value && !isPresenting.value} onToggle={toggled}>
      <summary>Legend</summary>
      <ul>
        {SIGNS.map(([sign, text]) => (
          <li key={sign}>
            <span class={`sign ${sign}`} aria-hidden="true" />
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}
