/** The signs on the buttons of the time: drawn, for not every machine has letters for them. */
import type { VNode } from 'preact';

const PATHS = {
  beginning: 'M3 3h2v10H3zM13 3v10L6 8z',
  end: 'M11 3h2v10h-2zM3 3v10l7-5z',
  back: 'M9 3v10L3 8zM11 3h2v10h-2z',
  on: 'M7 3v10l6-5zM3 3h2v10H3z',
  play: 'M4 2v12l9-6z',
  hold: 'M4 3h3v10H4zM9 3h3v10H9z',
} as const;

/** See the module's header. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
