/** Presentation mode, for a projector: full screen where the browser allows it, large type, one panel at full height. */
import { batch, effect, type Signal, signal } from '@preact/signals';

export const isPresenting: Signal<boolean> = signal(false);
/** The panels beside the graph are shown. */
export const hasPanels: Signal<boolean> = signal(true);
/** The controls of the lab are unfolded. */
export const isActOpen: Signal<boolean> = signal(true);

/** Begins, or ends. What needs room folds away, and comes back after it. */
export function togglePresenting(): void {
  const next = !isPresenting.value;
  batch(() => {
    isPresenting.value = next;
    isActOpen.value = !next;
    if (!next) hasPanels.value = true;
  });
  const { documentElement } = document;
  // A browser may refuse the whole screen, or have it by its own key: the mode is the same in a window.
  if (next) void documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
}

/** Shows the panels beside the graph, or gives the graph their room. */
export function togglePanels(): void {
  hasPanels.value = !hasPanels.value;
}

/** Ends it, if it is on. */
export function endPresenting(): void {
  if (isPresenting.value) togglePresenting();
}

/** Keeps the look of the page in step, and ends the mode with the browser's own key for leaving the full screen. */
export function followPresenting(): void {
  effect(() => {
    document.documentElement.classList.toggle('presenting', isPresenting.value);
    document.documentElement.classList.toggle('bare', !hasPanels.value);
  });
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement === null) endPresenting();
  });
}
