/** The way that the shown message took: each peer below the neighbour whose copy was its first. */
import type { VNode } from 'preact';
import { ttlText } from '../../model/message-words.ts';
import { propagationTree } from '../../model/propagation-tree.ts';
import { on } from '../../model/timeline.ts';
import { nameOf } from '../selection.ts';
import { chosenPeer, clock, history, panelMs, shownMessage, version } from '../state.ts';

const ROW = 24;
const COLUMN = 74;

/** See the module's header. */
export function TreePanel(): VNode {
  version.value;
  const message = shownMessage.value;
  if (history.value === undefined || message === undefined) return <p class="empty">No message yet.</p>;
  if (message.isSummary) return <p class="empty">The page keeps only totals of this old message.</p>;
  const tree = propagationTree(message);
  const at = new Map(tree.nodes.map(({ peer, hops, row }) => [peer, { x: 34 + hops * COLUMN, y: 34 + row * ROW }]));
  const width = 80 + tree.depth * COLUMN;
  const height = 50 + tree.rows * ROW;
  const isThere = (peer: number): boolean => {
    const reception = message.receptions.get(peer);
    return peer === message.origin || (reception === undefined ? true : on(clock.value, reception) <= panelMs.value);
  };
  return (
    <>
      <p class="dim">
        {message.kind === 'dm' ? 'Direct message' : 'Broadcast'} of {nameOf(message.origin)}, {ttlText(message)}: depth{' '}
        {tree.depth}, {tree.duplicates.length} duplicates dashed
        {tree.missed.length > 0 && `; missed: ${tree.missed.slice(0, 20).map(nameOf).join(' ')}`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <section class="scroll" tabIndex={0} aria-label="Propagation tree">
        <svg
          class="tree"
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`Propagation tree: ${tree.nodes.length} peers, depth ${tree.depth}`}
        >
          {Array.from({ length: tree.depth + 1 }, (_, hop) => (
            <text key={hop} class="hop" x={34 + hop * COLUMN} y={12}>
              {hop === 0 ? 'origin' : `hop ${hop}`}
            </text>
          ))}
          {tree.duplicates.map(([from, to], i) => {
            const [a, b] = [at.get(from), at.get(to)];
            if (a === undefined || b === undefined) return null;
            const d = `M${a.x} ${a.y} Q${Math.max(a.x, b.x) + 30} ${(a.y + b.y) / 2} ${b.x} ${b.y}`;
            return <path key={i} class="dup" d={d} />;
          })}
          {tree.branches.map(([from, to]) => {
            const [a, b] = [at.get(from), at.get(to)];
            if (a === undefined || b === undefined) return null;
            const middle = (a.x + b.x) / 2;
            const d = `M${a.x} ${a.y} C${middle} ${a.y} ${middle} ${b.y} ${b.x} ${b.y}`;
            return <path key={to} class={isThere(to) ? 'branch' : 'branch later'} d={d} />;
          })}
          {tree.nodes.map(({ peer, hops }) => {
            const { x, y } = at.get(peer) ?? { x: 0, y: 0 };
            const kind = hops === 0 ? 'origin' : isThere(peer) ? 'lit' : 'later';
            return (
              <g key={peer} class={`${kind} ${chosenPeer.value === peer ? 'chosen' : ''}`}>
                <circle cx={x} cy={y} r={5} />
                <text x={x} y={y - 8}>
                  {nameOf(peer)}
                </text>
              </g>
            );
          })}
        </svg>
      </section>
    </>
  );
}
