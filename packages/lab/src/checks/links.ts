/** The links that exist are exactly the topology's, the same session at both ends, no more. */

import type { Explanation } from '@peerlab/finding';
import { pause } from '@peerlab/timers';
import { unshapedNotes } from '../links/shaping.ts';
import { type LinkedLab, type LinkFault, type LinkSurvey, surveyLinks } from '../links/wiring.ts';
import { type CheckContext, type CheckFinding, checkFinding, MAX_EXPLANATIONS, plural } from './check.ts';

/**
 * How long one end of a link may know more than the other, in milliseconds: a handshake or a BYE is on its way.
 * @default 2000: many round trips of any lab
 */
const HALF_OPEN_MS = 2000;
const PAUSE_MS = 10;

/** See the module's header. Links of peers that do not run count as missing. */
export async function checkLinks(context: CheckContext): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const { drawn, up, faults } = await surveyAtRest(context);
  return checkFinding(
    'links',
    {
      expected: `${drawn} links, as drawn`,
      observed: `${up} of ${drawn}${faults.length === 0 ? ', as drawn' : `; ${plural(faults.length, 'fault')}`}`,
      evidence: [],
      explanations: linkExplanations(faults),
    },
    [...openLinks(drawn), ...unshapedNotes(context.topology, context.endpoints)],
    performance.now() - startedAtMs,
  );
}

/** What is open where no link is drawn, as a reason: none can be missing then. */
export function openLinks(drawn: number): string[] {
  return drawn === 0 ? ['no link is drawn'] : [];
}

/** The first few missing or unexpected links, as explanations. */
export function linkExplanations(faults: readonly LinkFault[]): Explanation[] {
  return faults.slice(0, MAX_EXPLANATIONS).map(({ detail: text, culprit }) => ({
    kind: 'link',
    ...(culprit === undefined ? {} : { culprit }),
    text,
  }));
}

/** Asks again while a link stands differently at its two ends, as it may for a moment. */
export async function surveyAtRest(lab: LinkedLab): Promise<LinkSurvey> {
  const untilMs = performance.now() + HALF_OPEN_MS;
  for (;;) {
    const survey = await surveyLinks(lab);
    const isChanging = survey.faults.some(({ fault }) => fault === 'half' || fault === 'sessions-differ');
    if (!isChanging || performance.now() > untilMs) return survey;
    await pause(PAUSE_MS);
  }
}
