/** The propagation tree of a message as an SVG file, for documents: `lab export --svg`. */
import type { LabHistory } from '../model/history.ts';
import type { Message } from '../model/message.ts';
import { propagationTree } from '../model/propagation-tree.ts';

const ROW = 26;
const COLUMN = 92;
const LEFT = 56;
const TOP = 64;

/** Draws it. Colours follow the reader's light or dark scheme, and are safe for the colour-blind. */
export function treeSvg(history: LabHistory, message: Message): string {
  const tree = propagationTree(message);
  const nameOf = (peer: number): string => escaped(history.peers[peer]?.name ?? '?');
  const at = new Map(
    tree.nodes.map(({ peer, hops, row }) => [peer, { x: LEFT + hops * COLUMN, y: TOP + 22 + row * ROW }]),
  );
  const width = Math.max(560, LEFT + tree.depth * COLUMN + 90);
  const height = TOP + 22 + tree.rows * ROW + (tree.missed.length > 0 ? 34 : 10);
  const parts: string[] = [];
  for (let hop = 0; hop <= tree.depth; hop++) {
    const x = LEFT + hop * COLUMN;
    parts.push(
      `<text class="dim" x="${x}" y="${TOP}" text-anchor="middle">${hop === 0 ? 'origin' : `hop ${hop}`}</text>`,
    );
  }
  for (const [from, to] of tree.duplicates) {
    const [a, b] = [at.get(from), at.get(to)];
    if (a === undefined || b === undefined) continue;
    const bend = Math.max(a.x, b.x) + 40;
    parts.push(`<path class="duplicate" d="M${a.x} ${a.y} Q${bend} ${(a.y + b.y) / 2} ${b.x} ${b.y}"/>`);
  }
  for (const [from, to] of tree.branches) {
    const [a, b] = [at.get(from), at.get(to)];
    if (a === undefined || b === undefined) continue;
    const middle = (a.x + b.x) / 2;
    parts.push(`<path class="branch" d="M${a.x} ${a.y} C${middle} ${a.y} ${middle} ${b.y} ${b.x} ${b.y}"/>`);
  }
  for (const { peer, hops } of tree.nodes) {
    const { x, y } = at.get(peer) ?? { x: 0, y: 0 };
    parts.push(`<circle class="${hops === 0 ? 'origin' : 'peer'}" cx="${x}" cy="${y}" r="6"/>`);
    parts.push(`<text x="${x}" y="${y - 10}" text-anchor="middle">${nameOf(peer)}</text>`);
  }
  if (tree.missed.length > 0) {
    const names = tree.missed.map(nameOf).join(' ');
    // A recording may have gaps: that a delivery is missing is the lab's word alone.
    const word = message.outcome?.verdict === 'failed' ? 'missed' : 'not seen';
    parts.push(`<text class="bad" x="16" y="${height - 12}">${word}: ${names}</text>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(titleOf(history, message))}">
<style>
svg{color-scheme:light dark;font:11px system-ui,sans-serif;background:#fff}
text{fill:#1b2733}.dim{fill:#667}.bad{fill:#b3400f}
.branch{fill:none;stroke:#0072b2;stroke-width:1.6}.duplicate{fill:none;stroke:#d55e00;stroke-width:1;stroke-dasharray:3 4;opacity:.7}
.origin{fill:#e69f00;stroke:#1b2733}.peer{fill:#0072b2}
@media(prefers-color-scheme:dark){svg{background:#10161d}text{fill:#e6edf3}.dim{fill:#8b98a5}.bad{fill:#ff9d5c}.branch{stroke:#56b4e9}.peer{fill:#56b4e9}.duplicate{stroke:#ff9d5c}}
</style>
<text x="16" y="22" font-size="14" font-weight="600">${escaped(titleOf(history, message))}</text>
<text class="dim" x="16" y="40">${escaped(factsOf(message))}</text>
${parts.join('\n')}
</svg>
`;
}

/** `broadcast of n0 in ring-20, TTL 3`. */
export function titleOf(history: LabHistory, message: Message): string {
  const kind = message.kind === 'dm' ? 'direct message' : 'broadcast';
  const to = message.target === undefined ? '' : ` to ${history.peers[message.target]?.name}`;
  const limit = message.ttl === undefined ? '' : `, TTL ${message.ttl}`;
  return `${kind} of ${history.peers[message.origin]?.name}${to} in ${history.header.lab}${limit}`;
}

function factsOf(message: Message): string {
  const { receptions, expected, frameCount, predictedFrames, duplicates } = message;
  const predicted = predictedFrames === undefined ? '' : ` of ${predictedFrames} predicted`;
  const reached = expected.filter(peer => receptions.has(peer)).length;
  return `reached ${reached} of ${expected.length} · ${frameCount} frames${predicted} · ${duplicates} duplicates`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
}
