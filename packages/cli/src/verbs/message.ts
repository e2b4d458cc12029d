/** What `lab broadcast` and `lab dm` share: telling what came of a message. */
import { distancesFrom } from '@peerlab/graph';
import { type Lab, type MessageFinding, noPathText } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import type { MessageDocument } from '../output/documents.ts';
import { MARKS, printExplanation } from '../output/finding-text.ts';
import { plural, print, printJson, seconds } from '../output/print.ts';
import { style } from '../output/style.ts';

type Told = Pick<MessageFinding, 'from' | 'due' | 'received' | 'timeMs'>;

/** Prints what came of a message. @returns the exit status */
export function tellMessage(finding: MessageFinding, lab: Lab, format: string): number {
  if (format === 'json') {
    const document: MessageDocument = {
      lab: lab.name,
      ...finding,
      frames: finding.frames ?? null,
      predictedFrames: finding.predictedFrames ?? null,
    };
    printJson(document);
  } else printText(finding, lab);
  return finding.verdict === 'failed' ? EXIT.failed : EXIT.ok;
}

function printText(finding: MessageFinding, lab: Lab): void {
  const { id, to, ttl, received, missed, frames, predictedFrames, verdict, reason, explanations } = finding;
  const limit = ttl === undefined ? '' : ` (TTL ${ttl})`;
  const words = to === undefined ? broadcastText(finding) : dmText(finding, to, lab);
  const prediction = predictedFrames === undefined ? '' : `, predicted ${predictedFrames}`;
  const cost = frames === undefined ? '' : `; ${plural(frames, 'frame')}${prediction}`;
  print(`${MARKS[verdict]} ${words}${limit}${cost}  ${style.dim(id)}`);
  if (to === undefined) for (const line of rings(received)) print(line);
  if (missed.length > 0 && to === undefined) print(`  missed  ${missed.join(' ')}`);
  for (const explanation of explanations) printExplanation(explanation);
  for (const note of finding.evidence) print(style.dim(`  note: ${note}`));
  if (reason !== undefined) print(`  not proven: ${reason}`);
}

/** `n0 reached 3 of 4 peers in 0.1 s`: of those that had to receive it, and other peers that did. */
export function broadcastText({ from, due, received, timeMs }: Told): string {
  const peers = new Set(received.map(({ peer }) => peer));
  if (due.length === 0 && peers.size === 0) return `${from} reached no peer, as the graph predicts`;
  const reached = due.filter(peer => peers.has(peer)).length;
  const others = [...peers].filter(peer => !due.includes(peer));
  const more = others.length === 0 ? '' : `, and ${others.join(', ')}, which it did not have to reach,`;
  return `${from} reached ${reached} of ${plural(due.length, 'peer')}${more} in ${seconds(timeMs)}`;
}

function dmText({ from, due, received, timeMs }: MessageFinding, to: string, lab: Lab): string {
  const arrival = received.find(({ peer }) => peer === to);
  if (arrival !== undefined) {
    const source = arrival.from === undefined ? '' : `, from ${arrival.from}`;
    return `${from} to ${to} arrived at hop ${arrival.hops || '?'}${source}, in ${seconds(timeMs)}`;
  }
  if (due.length > 0) return `${from} to ${to} did not arrive`;
  const [origin, target] = [lab.peerIndex(from), lab.peerIndex(to)];
  const distance = distancesFrom(lab.graph, origin)[target] ?? -1;
  const why = distance === -1 ? noPathText(lab.contextFor({}), origin, target) : `the distance is ${distance}`;
  return `${from} to ${to} did not arrive, as the graph predicts: ${why}`;
}

/** One line for each hop; `?` for peers that do not know theirs. */
function rings(received: MessageFinding['received']): string[] {
  const byHop = new Map<number, string[]>();
  for (const { peer, hops } of received) byHop.set(hops, [...(byHop.get(hops) ?? []), peer]);
  const inOrder = [...byHop].sort(([a], [b]) => a - b);
  return inOrder.map(([hops, peers]) => `  hop ${String(hops || '?').padStart(3)}  ${peers.join(' ')}`);
}
