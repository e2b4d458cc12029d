/** What the signs of the picture mean. Shape tells as well as colour. */
import type { VNode } from 'preact';

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
