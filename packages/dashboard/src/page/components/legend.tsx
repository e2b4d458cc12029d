/** What the signs of the picture mean. Shape tells as well as colour. */
import type { VNode } from 'preact';

const SIGNS = [
  ['origin', 'origin'],
  ['peer lit', 'has it: its hop; TTL left below'],
  ['peer', 'has it not'],
  ['frame', 'first copy'],
  ['frame better', 'later copy that reaches further; direct message'],
  ['duplicate', 'duplicate'],
  ['horizon', 'horizon of the TTL'],
  ['gone', 'stopped, or a link that is cut'],
] as const;

/** See the module's header. */
export function Legend(): VNode {
  return (
    <ul class="legend" aria-label="Legend">
      {SIGNS.map(([sign, text]) => (
        <li key={sign}>
          <span class={`sign ${sign}`} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}
