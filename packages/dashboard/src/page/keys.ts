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

/** Controls that a key is for while they have the focus; the rest of the page does not hear it then. */
const OWN_KEYS: readonly { readonly control: string; readonly keys?: readonly string[] }[] = [
  // Text fields and lists take every key.
  { control: 'select, textarea, input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit])' },
  { control: 'button, summary, a, input', keys: [' '] },
  { control: '[role=tab], input[type=range], input[type=radio]', keys: ['ArrowLeft', 'ArrowRight', 'Home', 'End'] },
];

/** What is used and done with: a pointer leaves no focus there, or the next key would go to it. */
const PRESSED = 'button, summary, [role=tab], input[type=checkbox], input[type=radio]';
const CHOSEN = 'select, input[type=range]';

/** Listens for keys, except in controls that use them. */
export function listenToKeys(): void {
  document.addEventListener('keydown', event => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && isOwnKey(target, event.key)) return;
    const key = KEYS.find(one => one.key === event.key);
    if (key === undefined) return;
    event.preventDefault();
    key.does();
  });
  let isPointing = false;
  document.addEventListener('pointerdown', () => (isPointing = true), true);
  document.addEventListener('keydown', () => (isPointing = false), true);
  // A key that presses a button clicks it, too: then the focus stays.
  document.addEventListener('click', ({ target }) => isPointing && letGo(target, PRESSED));
  document.addEventListener('change', ({ target }) => isPointing && letGo(target, CHOSEN));
}

function isOwnKey(target: HTMLElement, key: string): boolean {
  return OWN_KEYS.some(({ control, keys }) => target.closest(control) !== null && (keys?.includes(key) ?? true));
}

function letGo(target: EventTarget | null, controls: string): void {
  const control = target instanceof Element ? target.closest(controls) : null;
  if (control instanceof HTMLElement && control === document.activeElement) control.blur();
}
