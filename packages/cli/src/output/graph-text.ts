/** A graph's facts and its horizon by TTL, for a person. */
import type { LargeGraphDocument } from './large-documents.ts';
import { plural, print, printText, table } from './print.ts';
import { style } from './style.ts';

/** Rows that are printed at the most, before the last. */
const MOST_ROWS = 200;

/** Columns of a full bar. */
const BAR_WIDTH = 24;

/** Prints the facts, and the horizon: of very many TTLs the first and the last. */
export function printGraph(document: LargeGraphDocument): void {
  const { name, peers, links, connected, components: parts, degree, horizon } = document;
  const degrees =
    degree.min === degree.max ? `${degree.min}` : `${degree.min} to ${degree.max}, mean ${degree.mean.toFixed(1)}`;
  const facts = [
    plural(peers, 'peer'),
    plural(links, 'link'),
    `degree ${degrees}`,
    ...(document.diameter === null ? [] : [`diameter ${document.diameter}`, `radius ${document.radius}`]),
    connected ? 'connected' : `${parts} parts`,
  ];
  print(`${style.strong(name)}  ${facts.join(' · ')}`);
  print(`A broadcast from ${horizon.from} by TTL: peers reached, and frames under equal delays.`);
  const others = peers - 1;
  const rows = horizon.rows.map(({ ttl, reached, frames }) => [ttl, reached, frames, bar(reached, others)]);
  const lines = table(['TTL', 'REACHED', 'FRAMES', ''], rows);
  const left = lines.length - 1 - MOST_ROWS;
  for (const line of left > 0 ? lines.slice(0, MOST_ROWS) : lines) print(line);
  if (left > 0) printText(`… ${left - 1} more; the last:\n${lines.at(-1)}`);
}

function bar(reached: number, others: number): string {
  const share = others === 0 ? 0 : reached / others;
  return `${'█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░')} ${Math.floor(share * 100)}%`;
}
