/** The keyboard: space plays and holds, the arrows step by a hop, Home and End go to the ends. */
import { endMs, scrubTo, step, togglePlaying } from './state.ts';

/** What each key does, for the page's help as well. */
export const KEYS: readonly {
  readonly key: string;
  readonly label: string;
  readonly text: string;
  readonly does: () => void;
}[] = [
  { key: ' ', label: 'Space', text: 'play or pause', does: togglePlaying },
  { key: 'ArrowRight', label: '→', text: 'step forward one hop', does: () => step(1) },
  { key: 'ArrowLeft', label: '←', text: 'step back one hop', does: () => step(-1) },
  { key: 'Home', label: 'Home', text: 'go to the beginning', does: () => scrubTo(0) },
  { key: 'End', label: 'End', text: 'go to the end', does: () => scrubTo(endMs.value) },
];

/** Listens for keys, except in text fields and controls with their own keys. */
export function listenToKeys(): void {
  document.addEventListener('keydown', event => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && target.closest('input, select, textarea, button, summary, [role=tab]')) return;
    const key = KEYS.find(one => one.key === event.key);
    if (key === undefined) return;
    event.preventDefault();
    key.does();
  });
}
