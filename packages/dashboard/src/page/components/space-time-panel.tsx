/** The space-time diagram of the shown message: time to the right, a line for each peer, an arrow for each frame. */
import type { VNode } from 'preact';
import type { LabHistory } from '../../model/history.ts';
import { durationText } from '../../model/message-words.ts';
import { type Row, spaceTime } from '../../model/space-time.ts';
import { nameOf } from '../selection.ts';
import { clock, history, layout, panelMs, shownMessage, version } from '../state.ts';

const LEFT = 46;
const WIDTH = 420;
const TOP = 18;

/** See the module's header. */
export function SpaceTimePanel(): VNode {
  version.value;
  const message = shownMessage.value;
  if (history.value === undefined || message === undefined) return <p class="empty">No message yet.</p>;
  if (message.isSummary) return <p class="empty">The page keeps only totals of this old message.</p>;
  const isRing = layout.value.shape === 'ring' && isNumberedRound(history.value);
  const diagram = spaceTime(message, clock.value, isRing);
  const rowHeight = diagram.rows.length > 40 ? 10 : 20;
  const height = TOP * 2 + diagram.rows.length * rowHeight;
  const x = (ms: number): number =>
    LEFT + ((ms - diagram.startMs) / Math.max(1e-9, diagram.endMs - diagram.startMs)) * WIDTH;
  const y = (row: number): number => TOP + row * rowHeight;
  const now = Math.min(Math.max(panelMs.value, diagram.startMs), diagram.endMs);
  return (
    <>
      <p class="dim">
        {clock.value === 'hops'
          ? 'Hops have the same width, but those over a slow link'
          : `${durationText(diagram.endMs - diagram.startMs)} in all`}
        .{' '}
        {layout.value.shape === 'ring'
          ? 'Peers in the order of the ring.'
          : `Peers by distance from ${nameOf(message.origin)}.`}
        {diagram.left > 0 && ` ${diagram.left} more frames are not drawn.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <section class="scroll" tabIndex={0} aria-label="Space-time diagram">
        <svg
          class="space-time"
          viewBox={`0 0 ${LEFT + WIDTH + 16} ${height}`}
          role="img"
          aria-label={`Space-time diagram: ${diagram.rows.length} peers, ${diagram.arrows.length} frames`}
        >
          {diagram.rows.map(({ peer }: Row, row) => (
            <g key={peer}>
              <line class="life" x1={LEFT} x2={LEFT + WIDTH} y1={y(row)} y2={y(row)} />
              {rowHeight >= 16 && (
                <text x={LEFT - 6} y={y(row) + 4}>
                  {nameOf(peer)}
                </text>
              )}
            </g>
          ))}
          {diagram.arrows.map(({ fate, fromRow, toRow, sentMs, arrivedMs }, i) => (
            <line key={i} class={`arrow ${fate}`} x1={x(sentMs)} y1={y(fromRow)} x2={x(arrivedMs)} y2={y(toRow)} />
          ))}
          {diagram.rows.map(({ peer, atMs }, row) =>
            atMs === undefined ? null : (
              <circle
                key={peer}
                class={peer === message.origin ? 'origin' : 'lit'}
                cx={x(atMs)}
                cy={y(row)}
                r={rowHeight / 5 + 1}
              />
            ),
          )}
          <line class="now" x1={x(now)} x2={x(now)} y1={4} y2={height - 8} />
        </svg>
      </section>
    </>
  );
}

/** True where neighbours in a ring have neighbouring places. */
function isNumberedRound({ links, peers }: LabHistory): boolean {
  return links.every(({ a, b }) => [1, peers.length - 1].includes(Math.abs(a - b)));
}
