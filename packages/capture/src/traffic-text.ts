/** Traffic from peer to peer as a table. */
import type { TrafficReport } from './lab-capture.ts';
import type { Amount, Flow } from './traffic.ts';

/** Peers of a matrix at most: of more, the busiest pairs are listed. */
const MATRIX_PEERS = 10;
/** Pairs of such a list. */
const LISTED_PAIRS = 20;

/** Rows of cells, the first one the heads: the sender, then each receiver. Of many peers the busiest pairs, a row each. */
export function trafficTable({ peers, traffic }: Pick<TrafficReport, 'peers' | 'traffic'>): string[][] {
  const names = [...new Set([...peers.map(({ peer }) => peer), ...traffic.flatMap(({ from, to }) => [from, to])])];
  if (names.length > MATRIX_PEERS) {
    const busiest = [...traffic].sort((a, b) => amountOf(b).bytes - amountOf(a).bytes).slice(0, LISTED_PAIRS);
    return [
      ['from', 'to', 'sent', 'arrived'],
      ...busiest.map(flow => [flow.from, flow.to, cell(flow.sent), cell(flow.arrived)]),
    ];
  }
  const flows = new Map(traffic.map(flow => [`${flow.from} ${flow.to}`, flow]));
  return [
    ['from \\ to', ...names],
    ...names.map(from => [
      from,
      ...names.map(to => {
        const flow = flows.get(`${from} ${to}`);
        return from === to ? '' : flow === undefined ? '0' : flowCell(flow);
      }),
    ]),
  ];
}

/** In columns. */
export function trafficText(report: TrafficReport): string[] {
  const rows = trafficTable(report);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length))) ?? [];
  return [
    ...rows.map(row =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...tail(report),
  ];
}

/** As a table of Markdown. */
export function trafficMarkdown(report: TrafficReport): string[] {
  const [head = [], ...rows] = trafficTable(report);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(text => text.replaceAll(/[|\\]/g, '\\$&')).join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')).replaceAll('\\', ''),
    ...rows.map(line),
    '',
    ...tail(report).map(text => `- ${text}`),
  ];
}

function tail({ traffic, elsewhere, notes, timeMs }: TrafficReport): string[] {
  const more = traffic.length > LISTED_PAIRS ? [`${traffic.length} pairs of peers in all`] : [];
  const beside = elsewhere.packets === 0 ? [] : [`to or from no peer: ${cell(elsewhere)}`];
  return [
    ...more,
    ...beside,
    `packets and bytes of IP in ${(timeMs / 1000).toFixed(1)} s; sent → arrived where they differ`,
    ...notes,
  ];
}

/** What was sent; what arrived beside it, where that is another number of bytes. */
function flowCell({ sent, arrived }: Flow): string {
  if (sent === null || arrived === null) return cell(sent ?? arrived);
  return sent.bytes === arrived.bytes ? cell(sent) : `${cell(sent)} → ${cell(arrived)}`;
}

function cell(amount: Amount | null): string {
  return amount === null ? '?' : `${amount.packets} (${bytesText(amount.bytes)})`;
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function amountOf({ sent, arrived }: Flow): Amount {
  return sent ?? arrived ?? { packets: 0, bytes: 0 };
}
