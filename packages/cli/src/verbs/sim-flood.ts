/** `lab sim flood`: one flood, with progress; what is asked of memory first. */
import { generateGraph } from '@peerlab/graph';
import { type FloodResult, formatBytes, paceOf, simulateFlood } from '@peerlab/simulation';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { note, print, printJson, seconds, table } from '../output/print.ts';
import type { Simulated } from './sim-configuration.ts';
import { memoryOf, requireFree } from './sim-memory.ts';

/** Runs it. @returns the exit status */
export async function simFlood({ name, configuration }: Simulated, seed: number, format: string): Promise<number> {
  const signal = interruptible('nothing to clean up: the simulation ran in this process');
  const { graph: given, flood } = configuration;
  const memory = memoryOf([configuration]);
  const { size, peakBytes } = memory;
  note(`${size.peers} peers, about ${Math.round(size.links)} links: up to ${formatBytes(peakBytes)} of memory`);
  requireFree(memory);
  const startMs = performance.now();
  const graph = 'generator' in given ? generateGraph(given, seed) : given;
  const graphMs = performance.now();
  const result = await simulateFlood(
    { ...flood, graph, seed },
    {
      signal,
      progress: ({ arrived, expected, covered }) => {
        if (!process.stderr.isTTY) return;
        const { perSecond, leftSeconds } = paceOf(arrived, expected, performance.now() - graphMs);
        const left = leftSeconds === null ? '' : `, ${Math.ceil(leftSeconds)} s left at most`;
        const share = ((100 * covered) / size.peers).toFixed(1);
        process.stderr.write(`\r${share} % covered, ${(perSecond / 1e6).toFixed(2)} million frames/s${left}   `);
      },
    },
  );
  const endMs = performance.now();
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const timings = { graph: graphMs - startMs, flood: endMs - graphMs };
  if (format === 'json') printJson({ name, ...result, timings });
  else printText(name, result, timings);
  return result.isPartial ? EXIT.interrupted : EXIT.ok;
}

function printText(name: string, result: FloodResult, timings: { graph: number; flood: number }): void {
  const { peers, links, covered, frames, inFlight, delivered, duplicates, lost, coverTimeMs, endMs, isPartial } =
    result;
  // In a cancelled flood, the frames in flight have cost next to nothing.
  const rate = (frames - inFlight) / timings.flood / 1000;
  print(`${name}  ${peers} peers, ${links} links, seed ${result.seed}${isPartial ? '; cancelled, so far:' : ''}`);
  print(`covered   ${covered} of ${peers} (${((100 * covered) / peers).toFixed(2)} %), by peer ${result.origin}`);
  const perDelivery = isPartial
    ? `, ${inFlight} of them still in flight`
    : delivered === 0
      ? ''
      : `, ${(frames / delivered).toFixed(3)} for each delivery`;
  print(`frames    ${frames}${perDelivery}; ${duplicates} duplicates, ${lost} lost`);
  const times = Object.entries(coverTimeMs).map(
    ([percent, ms]) => `${percent} % ${ms === null ? 'never' : `${ms} ms`}`,
  );
  print(`time      ${times.join(', ')}; over after ${endMs} ms`);
  print(
    `took      ${seconds(timings.graph)} for the graph, ${seconds(timings.flood)} for the flood, ${rate.toFixed(2)} million frames/s`,
  );
  print(`trace     ${result.traceHash}, the same for the same seed on every machine`);
  print();
  let sum = 0;
  const rows = result.coveredByHop.map((count, hops) => {
    sum += count;
    return [hops, count, `${((100 * sum) / peers).toFixed(2)} %`];
  });
  for (const line of table(['HOPS', 'PEERS', 'TOGETHER'], rows)) print(line);
}
