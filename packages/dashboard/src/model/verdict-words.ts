/** Verdicts as the page shows them. Unproven claims have their own mark. */
import type { Verdict } from '@peerlab/finding';

/** A mark that differs in shape, not in colour alone. */
export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = { proven: '✓', failed: '✗', 'not-proven': '?' };

/** The verdict in words. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  proven: 'proven',
  failed: 'failed',
  'not-proven': 'not proven',
};
