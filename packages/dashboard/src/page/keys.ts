/** The keyboard, and clickers: they work whatever was clicked last, but while somebody types. */
import { endPresenting, togglePanels, togglePresenting } from './presentation.ts';
import { endMs, scrubTo, step, togglePlaying } from './state.ts';

/** What each key does, for the page's help as well. */
export const KEYS: readonly {
  readonly keys: readonly string[];
  readonly label: string;
  readonly text: string;
  readonly does: () => void;
}[] = [
  { keys: [' '], label: 'Space', text: 'play or pause', does: togglePlaying },
  { keys: ['ArrowRight', 'PageDown'], label: '→ PgDn', text: 'step forward one hop', does: () => step(1) },
  { keys: ['ArrowLeft', 'PageUp'], label: '← PgUp', text: 'step back one hop', does: () => step(-1) },
  { keys: ['Home'], label: 'Home', text: 'go to the beginning', does: () => scrubTo(0) },
  { keys: ['End'], label: 'End', text: 'go to the end', does: () => scrubTo(endMs.value) },
  { keys: ['f', 'F'], label: 'F', text: 'presentation: start or leave', does: togglePresenting },
  { keys: ['d', 'D'], label: 'D', text: 'hide or show the panels', does: togglePanels },
  { keys: ['Escape'], label: 'Esc', text: 'leave a field; leave the presentation', does: endPresenting },
];

/** The keys of a clicker: nothing on the page needs them for itself. */
const CLICKER = ['PageUp', 'PageDown'];

const TYPED = 'textarea, input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit])';

/** Controls that a key is for while the keyboard brought the focus there; the rest of the page does not hear it then. */
const OWN_KEYS: readonly { readonly control: string; readonly keys?: readonly string[] }[] = [
  { control: 'select' },
  { control: 'button, summary, a, input', keys: [' '] },
  { control: '[role=tab], input[type=range], input[type=radio]', keys: ['ArrowLeft', 'ArrowRight', 'Home', 'End'] },
];

/** What is used and done with: a pointer leaves no focus there, or the next key would go to it. */
const PRESSED = 'button, summary, [role=tab], input[type=checkbox], input[type=radio]';
const CHOSEN = 'select, input[type=range]';

/** What a pointer gave the focus to. */
let pointed: EventTarget | null = null;

/** Listens for keys, except in controls that use them. */
export function listenToKeys(): void {
  document.addEventListener('keydown', event => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement) {
      if (event.key === 'Escape' && (target.matches(TYPED) || (target.matches('select') && target !== pointed))) {
        target.blur();
        return;
      }
      if (isOwnKey(target, event.key)) return;
    }
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (key === undefined) return;
    event.preventDefault();
    key.does();
  });
  let isPointing = false;
  document.addEventListener('pointerdown', () => (isPointing = true), true);
  document.addEventListener('keydown', () => (isPointing = false), true);
  document.addEventListener('focusin', ({ target }) => (pointed = isPointing ? target : null));
  // A key that presses a button clicks it, too: then the focus stays.
  document.addEventListener('click', ({ target }) => isPointing && letGo(target, PRESSED));
  document.addEventListener('change', ({ target }) => isPointing && letGo(target, CHOSEN));
  // What was typed is sent: the next key is for the page again.
  document.addEventListener('submit', () => letGo(document.activeElement, TYPED));
}

function isOwnKey(target: HTMLElement, key: string): boolean {
  if (CLICKER.includes(key)) return false;
  if (target.closest(TYPED) !== null) return true;
  // A list that a pointer opened and left again keeps the focus, but not the keys.
  if (target === pointed) return false;
  return OWN_KEYS.some(({ control, keys }) => target.closest(control) !== null && (keys?.includes(key) ?? true));
}

function letGo(target: EventTarget | null, controls: string): void {
  const control = target instanceof Element ? target.closest(controls) : null;
  if (control instanceof HTMLElement && control === document.activeElement) control.blur();
}
