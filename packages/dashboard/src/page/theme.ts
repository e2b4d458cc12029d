/** Light, dark, or as the reader's system has it; kept between visits where the browser keeps anything. */
import { type Signal, signal } from '@preact/signals';

/** The three choices, in the order in which a button goes round them. */
const THEMES = ['auto', 'light', 'dark'] as const;

/** One of them. */
export type Theme = (typeof THEMES)[number];

const KEY = 'peerlab-theme';

export const theme: Signal<Theme> = signal(kept());

/** The next one. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // A page from disk may keep nothing: then the choice lasts as long as the page.
  }
  applyTheme();
}

/** Makes the page look so. */
export function applyTheme(): void {
  if (theme.value === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}

function kept(): Theme {
  try {
    const found = localStorage.getItem(KEY);
    return THEMES.find(one => one === found) ?? 'auto';
  } catch {
    return 'auto';
  }
}
