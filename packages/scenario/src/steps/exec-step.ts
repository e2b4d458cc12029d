/** `exec` of a scenario: a program is run beside peers, and its answer is judged; with `within`, until it is the one expected. */

import { type CanExec, capability, type FinishedRun, LabError, Lacking, runToEnd } from '@peerlab/driver';
import { conclude, type Explanation, notTried } from '@peerlab/finding';
import { type Lab, plural } from '@peerlab/lab';
import { compares, type ExecStep, UnknownValueError } from '@peerlab/topology';
import type { Bound } from './bound.ts';
import { atEachPeer, type PeerAnswer, whyOpen } from './each-peer.ts';
import { filledIn } from './filled-in.ts';
import { durationText } from './number-words.ts';
import type { NestedFinding } from './step-finding.ts';
import { comparisonText, execTitle } from './step-title.ts';

/** Bytes of each stream that are read for a judgement. */
const READ_BYTES = 4 * 1024 * 1024;

/** Lines and characters of what a program printed that a report repeats of a peer, and peers of which it does so. */
const SHOWN = { wrong: { lines: 12, peers: 8 }, right: { lines: 3, peers: 3 } };
const SHOWN_CHARACTERS = 240;

/** See the module's header. */
export async function execStep(
  lab: Lab,
  step: ExecStep,
  bound: Bound,
  isDown: (peer: string) => boolean,
): Promise<NestedFinding> {
  const claim = execTitle(step);
  const expected = expectedText(step);
  const exec = capability(lab.running, 'exec');
  if (exec instanceof Lacking) return { ...notTried(claim, expected, exec.reason), steps: [] };
  const answers = await atEachPeer(
    lab,
    step,
    bound,
    async (peer, signal) => await answerOf(lab, exec, step, peer, signal),
  );
  const reasons = new Map(answers.map(one => [one, one.problem === undefined ? undefined : whyOpen(one, isDown)]));
  const isOpen = (one: PeerAnswer & { readonly peer: string }): boolean => reasons.get(one) !== undefined;
  const wrong = answers.filter(one => one.problem !== undefined && !isOpen(one));
  const explanations = wrong.map(({ peer, problem = '' }): Explanation => {
    return { kind: 'stated', culprit: peer, text: `${peer}: ${problem}` };
  });
  const right = answers.filter(({ problem }) => problem === undefined);
  const observed = `${right.length} of ${plural(answers.length, 'peer')} answered as expected`;
  const evidence = [...shownOf(wrong, SHOWN.wrong.peers), ...shownOf(right, SHOWN.right.peers)];
  const open = answers.filter(isOpen).map(one => `it was not run at ${one.peer}: ${reasons.get(one)}`);
  return { ...conclude({ claim, expected, observed, evidence, explanations }, open), steps: [] };
}

async function answerOf(
  lab: Lab,
  exec: CanExec,
  step: ExecStep,
  peer: string,
  signal: AbortSignal,
): Promise<PeerAnswer> {
  const index = lab.peerIndex(peer);
  let words: readonly string[];
  let pattern: RegExp | undefined;
  let run: FinishedRun;
  try {
    ({ words, pattern } = filledIn(lab, index, step));
    const execution = await exec.exec(index, words, { signal });
    run = await runToEnd(execution, { maxBytes: READ_BYTES, timeoutMs: step.runTimeoutMs ?? step.withinMs });
  } catch (error) {
    if (error instanceof UnknownValueError) return { problem: error.message, unknown: error.message, printed: [] };
    if (!(error instanceof LabError)) throw error;
    if (error.code === 'PROGRAM_MISSING') return { problem: error.message, isFinal: true, printed: [] };
    if (error.code !== 'PEER_FAILED') throw error;
    return { problem: error.message, isNotRun: true, printed: [] };
  }
  if (run.failure !== undefined) throw run.failure;
  const problem = problemOf(step, pattern, run);
  const printed = printedLines(words, run, problem === undefined ? SHOWN.right.lines : SHOWN.wrong.lines);
  return { ...(problem === undefined ? {} : { problem }), printed };
}

/** What is wrong with an answer; undefined for one that is as expected. */
export function problemOf(
  { status: wanted = 0, match, count }: Pick<ExecStep, 'status' | 'match' | 'count'>,
  pattern: RegExp | undefined,
  { status, reason, stdout, stderr, isTimedOut }: FinishedRun,
): string | undefined {
  // What a program prints before it is cut off may say anything.
  if (isTimedOut) return reason;
  if (wanted !== 'any' && status !== wanted) return `${reason}, not with status ${wanted}`;
  const found = pattern === undefined ? linesOf(stdout).length : matches(pattern, stdout) + matches(pattern, stderr);
  const what = pattern === undefined ? 'lines' : `matches of /${match}/`;
  if (count !== undefined) return compares(count, found) ? undefined : `${found} ${what}, not ${comparisonText(count)}`;
  return pattern === undefined || found > 0 ? undefined : `nothing that it printed matches /${match}/`;
}

function matches(pattern: RegExp, text: string): number {
  const flags = [...new Set([...pattern.flags, 'g', 'm'])].join('');
  return [...text.replaceAll('\r\n', '\n').matchAll(new RegExp(pattern, flags))].length;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter(line => line.trim() !== '');
}

/** `status 0, a match of /alive/`, within 30 s. */
function expectedText({ status = 0, match, count, withinMs }: ExecStep): string {
  const parts = [...(status === 'any' ? [] : [`status ${status}`]), ...countedText(match, count)];
  const what = parts.length === 0 ? 'an answer' : parts.join(', ');
  return withinMs === undefined ? what : `${what}, within ${durationText(withinMs)}`;
}

function countedText(match: ExecStep['match'], count: ExecStep['count']): readonly string[] {
  if (match !== undefined)
    return [count === undefined ? `a match of /${match}/` : `matches of /${match}/: ${comparisonText(count)}`];
  return count === undefined ? [] : [`lines: ${comparisonText(count)}`];
}

/** What some of the peers printed, and how many more there are. */
function shownOf(
  answers: readonly { readonly peer: string; readonly printed: readonly string[] }[],
  most: number,
): string[] {
  const shown = answers.slice(0, most).flatMap(({ peer, printed }) => printed.map(line => `${peer}: ${line}`));
  const more = answers.length - most;
  return more > 0 ? [...shown, `the answers of ${plural(more, 'more peer')} are left out`] : shown;
}

function printedLines(words: readonly string[], run: FinishedRun, most: number): string[] {
  const { reason, stdout, stderr, isTruncated } = run;
  const lines = [...linesOf(stdout), ...linesOf(stderr)];
  const shown = lines.slice(0, most).map(line => `| ${shortened(line)}`);
  const more = lines.length - most;
  const rest = more > 0 ? [`| … ${isTruncated ? 'at least ' : ''}${plural(more, 'more line')}`] : [];
  return [`$ ${shortened(words.join(' '))}: ${reason}`, ...shown, ...rest];
}

function shortened(line: string): string {
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}
