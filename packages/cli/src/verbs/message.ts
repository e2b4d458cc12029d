/** What `lab broadcast` and `lab dm` share: telling what came of a message. */
import { distancesFrom } from '@peerlab/graph';
import type { Lab, MessageOutcome } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import type { MessageDocument } from '../output/documents.ts';
import { plural, print, printJson, seconds } from '../output/print.ts';
import { style } from '../output/style.ts';
import { printFailure } from '../output/verdict.ts';

/** Prints what came of a message. @returns the exit status */
export function tellOutcome(outcome: MessageOutcome, lab: Lab, format: string): number {
  if (format === 'json') {
    const document: MessageDocument = {
      lab: lab.name,
      ...outcome,
      frames: outcome.frames ?? null,
      predictedFrames: outcome.predictedFrames ?? null,
    };
    printJson(document);
  } else printText(outcome, lab);
  return outcome.passed ? EXIT.ok : EXIT.failed;
}

function printText(outcome: MessageOutcome, lab: Lab): void {
  const { id, ttl, received, missed, frames, predictedFrames, passed, failures } = outcome;
  const limit = ttl === undefined ? '' : ` (TTL ${ttl})`;
  const words = outcome.to === undefined ? broadcastText(outcome) : dmText(outcome, outcome.to, lab);
  const prediction = predictedFrames === undefined ? '' : `, predicted ${predictedFrames}`;
  const cost = frames === undefined ? '' : `; ${plural(frames, 'frame')}${prediction}`;
  print(`${passed ? style.good('✔') : style.bad('✖')} ${words}${limit}${cost}  ${style.dim(id)}`);
  if (outcome.to === undefined) for (const line of rings(received)) print(line);
  if (missed.length > 0 && outcome.to === undefined) print(`  missed  ${missed.join(' ')}`);
  for (const failure of failures) printFailure(failure);
}

function broadcastText({ from, expected, received, timeMs }: MessageOutcome): string {
  const peers = new Set(received.map(({ peer }) => peer)).size;
  if (expected.length === 0 && peers === 0) return `${from} reached nobody, as the graph says`;
  return `${from} reached ${peers} of ${plural(expected.length, 'peer')} in ${seconds(timeMs)}`;
}

function dmText({ from, expected, received, timeMs }: MessageOutcome, to: string, lab: Lab): string {
  const arrival = received.find(({ peer }) => peer === to);
  if (arrival !== undefined) {
    return `${from} to ${to} arrived at hop ${arrival.hops}, from ${arrival.from}, in ${seconds(timeMs)}`;
  }
  if (expected.length > 0) return `${from} to ${to} did not arrive`;
  const distance = distancesFrom(lab.graph, lab.peerIndex(from))[lab.peerIndex(to)] ?? -1;
  const why = distance === -1 ? 'no path leads there' : `the distance is ${distance}`;
  return `${from} to ${to} did not arrive, as the graph says: ${why}`;
}

/** One line for each hop; `?` for peers that do not know theirs. */
function rings(received: MessageOutcome['received']): string[] {
  const byHop = new Map<number, string[]>();
  for (const { peer, hops } of received) byHop.set(hops, [...(byHop.get(hops) ?? []), peer]);
  const inOrder = [...byHop].sort(([a], [b]) => a - b);
  return inOrder.map(([hops, peers]) => `  hop ${String(hops || '?').padStart(3)}  ${peers.join(' ')}`);
}
