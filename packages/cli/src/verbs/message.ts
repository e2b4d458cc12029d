/** What `lab broadcast` and `lab dm` share: the TTL option, and telling what came of a message. */
import type { MessageOutcome } from '@peerlab/orchestrator';
import { UsageError } from '../exit.ts';
import { print } from '../output/print.ts';
import { style } from '../output/style.ts';

/** @throws {UsageError} for a TTL that is none */
export function checkTtl(ttl: number | undefined): void {
  if (ttl !== undefined && !(Number.isInteger(ttl) && ttl >= 0 && ttl <= 65535)) {
    throw new UsageError(`--ttl ${ttl}: a whole number from 0 to 65535`);
  }
}

/** Tells of a message's way, hop by hop. */
export function printOutcome(outcome: MessageOutcome): void {
  const { id, from, to, ttl, expected, received, missed, frames, predictedFrames, timeMs, passed, failures } = outcome;
  const what = to === undefined ? `broadcast of ${from}` : `direct message of ${from} to ${to}`;
  print(
    `${passed ? style.good('✔') : style.bad('✖')} ${what}${ttl === undefined ? '' : `, TTL ${ttl}`}  ${style.dim(id)}`,
  );
  const byHop = new Map<number, string[]>();
  for (const { peer, hops } of received) byHop.set(hops, [...(byHop.get(hops) ?? []), peer]);
  for (const [hops, peers] of [...byHop].sort(([a], [b]) => a - b))
    print(`  hop ${String(hops).padStart(2)}  ${peers.join(' ')}`);
  const reached = `reached ${received.length} of ${expected.length}`;
  const cost = frames === undefined ? '' : `; ${frames} frames, ${predictedFrames} under equal delays`;
  print(`  ${reached}${cost}; ${timeMs.toFixed(1)} ms`);
  if (missed.length > 0) print(`  missed ${missed.join(' ')}`);
  for (const { text } of failures) print(`  ${style.bad('·')} ${text}`);
}
