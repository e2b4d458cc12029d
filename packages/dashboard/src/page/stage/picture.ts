/** What one picture of the stage is drawn from. */
import type { Comparison } from '../../model/comparison.ts';
import type { LabHistory } from '../../model/history.ts';
import type { Message } from '../../model/message.ts';
import type { Clock } from '../../model/timeline.ts';
import type { Palette } from './palette.ts';
import type { Pixel } from './shapes.ts';

/** What is drawn. */
export interface Picture {
  readonly history: LabHistory;
  readonly clock: Clock;
  readonly ms: number;
  readonly message: Message | undefined;
  /** Nothing more is expected of the message: what flies yet is lost. */
  readonly isAtRest: boolean;
  /** Frames of other messages are drawn as well: not while one was chosen. */
  readonly hasOthers: boolean;
  readonly chosenPeer: number | undefined;
  readonly picked: ReadonlySet<number>;
  /** What was guessed against what happened, where somebody guessed. */
  readonly comparison: Comparison | undefined;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly places: readonly Pixel[];
  /** Of a peer, in pixels. */
  readonly radius: number;
  readonly isDark: boolean;
  /** The size of the page's type, in pixels: names are no smaller than small type. */
  readonly typePx: number;
}
