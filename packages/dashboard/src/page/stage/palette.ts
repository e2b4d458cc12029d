/** The colours of the drawing, from the page's style: one place for light and dark. */
export interface Palette {
  readonly ink: string;
  readonly dim: string;
  readonly paper: string;
  readonly link: string;
  readonly peer: string;
  readonly first: string;
  readonly origin: string;
  readonly duplicate: string;
  readonly horizon: string;
  readonly picked: string;
}

/** Reads them as they are now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    dim: colour('dim'),
    paper: colour('paper'),
    link: colour('link'),
    peer: colour('peer'),
    first: colour('first'),
    origin: colour('origin'),
    duplicate: colour('duplicate'),
    horizon: colour('horizon'),
    picked: colour('picked'),
  };
}
