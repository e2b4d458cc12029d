/** `log` of a scenario: a line that peers print is waited for. What a peer has printed since its latest start counts too. */

import { LabError } from '@peerlab/driver';
import { conclude, type Explanation } from '@peerlab/finding';
import type { Lab } from '@peerlab/lab';
import { type LogStep, UnknownValueError } from '@peerlab/topology';
import type { Bound } from './bound.ts';
import { atEachPeer, type PeerAnswer, whyOpen } from './each-peer.ts';
import { filledIn } from './filled-in.ts';
import { durationText } from './number-words.ts';
import type { NestedFinding } from './step-finding.ts';
import { logTitle } from './step-title.ts';

/** Last lines of a peer's log that a report repeats where none matches. */
const SHOWN_LINES = 5;
const SHOWN_CHARACTERS = 240;

/** See the module's header. */
export async function logStep(
  lab: Lab,
  step: LogStep,
  bound: Bound,
  isDown: (peer: string) => boolean,
): Promise<NestedFinding> {
  const claim = logTitle(step);
  const answers = await atEachPeer(lab, step, bound, async peer => await heardAt(lab, step, peer));
  const open = answers.flatMap(one => {
    const why = one.problem === undefined ? undefined : whyOpen({ ...one, isNotRun: true }, isDown);
    return why === undefined ? [] : [{ peer: one.peer, why }];
  });
  const wrong = answers.filter(one => one.problem !== undefined && !open.some(({ peer }) => peer === one.peer));
  const explanations = wrong.map(({ peer, problem = '' }): Explanation => {
    return { kind: 'stated', culprit: peer, text: `${peer}: ${problem}` };
  });
  const within = step.withinMs === undefined ? '' : `, within ${durationText(step.withinMs)}`;
  const facts = {
    claim,
    expected: `a line that matches /${step.match}/${within}`,
    observed: `${answers.length - wrong.length - open.length} of ${answers.length} peers printed one`,
    evidence: answers.flatMap(({ peer, printed }) => printed.map(line => `${peer}: ${line}`)),
    explanations,
  };
  return {
    ...conclude(
      facts,
      open.map(({ peer, why }) => `${peer} was not heard: ${why}`),
    ),
    steps: [],
  };
}

async function heardAt(lab: Lab, step: LogStep, peer: string): Promise<PeerAnswer> {
  const index = lab.peerIndex(peer);
  const last: string[] = [];
  try {
    const { pattern } = filledIn(lab, index, step);
    for await (const line of lab.running.logs(index, { latestRun: true })) {
      if (pattern?.test(line) === true) return { printed: [`| ${line.slice(0, SHOWN_CHARACTERS)}`] };
      last.push(`| ${line.slice(0, SHOWN_CHARACTERS)}`);
      if (last.length > SHOWN_LINES) last.shift();
    }
  } catch (error) {
    if (error instanceof UnknownValueError) return { problem: error.message, unknown: error.message, printed: [] };
    if (!(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
    return { problem: error.message, isNotRun: true, printed: [] };
  }
  return { problem: `none of its lines matches /${step.match}/`, printed: last };
}
