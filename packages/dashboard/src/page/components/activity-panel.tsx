/** How much happens when, as a chart: every event is in it, also those that are not drawn on the graph. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { ACTIVITY_KINDS } from '../../model/activity.ts';
import { durationText } from '../../model/message-words.ts';
import { history, version } from '../state.ts';
import { theme } from '../theme.ts';

const COLOURS = { sent: 'first', received: 'picked', duplicate: 'duplicate', dropped: 'dim' } as const;
const DASHES = { sent: [], received: [8, 3], duplicate: [2, 3], dropped: [1, 5] } as const;
const HEIGHT = 220;

/** See the module's header. */
export function ActivityPanel(): VNode {
  version.value;
  const known = history.value;
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const chosenTheme = theme.value;
  useEffect(() => {
    if (container.current === null) return;
    const made = makeChart(container.current);
    chart.current = made;
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) made.setSize({ width: entry.contentRect.width, height: HEIGHT });
    });
    sizes.observe(container.current);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [chosenTheme]);
  useEffect(() => {
    if (known === undefined) return;
    const { atMs, counts } = known.activity.columns();
    chart.current?.setData([[...atMs], ...ACTIVITY_KINDS.map(kind => [...counts[kind]])]);
  });
  const totals = ACTIVITY_KINDS.map(kind => {
    const all = (known?.peers ?? []).reduce((sum, { counts }) => sum + counts[kind].total, 0);
    return `${all} ${kind}`;
  });
  return (
    <>
      <p class="dim">
        {known?.events ?? 0} events: {totals.join(', ')}. Each point sums up {durationText(known?.activity.spanMs ?? 1)}
        .
      </p>
      <div ref={container} class="chart" role="img" aria-label={`Frames over time: ${totals.join(', ')}`} />
    </>
  );
}

function makeChart(container: HTMLElement): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: colour('dim'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line') } };
  return new uPlot(
    {
      width: container.clientWidth || 300,
      height: HEIGHT,
      scales: { x: { time: false } },
      legend: { live: false },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map(ms => durationText(ms)) },
        { ...axis, size: 56 },
      ],
      series: [
        { label: 'time' },
        ...ACTIVITY_KINDS.map(kind => ({
          label: kind,
          stroke: colour(COLOURS[kind]),
          width: 1.5,
          dash: [...DASHES[kind]],
          points: { show: false },
        })),
      ],
    },
    [[], ...ACTIVITY_KINDS.map(() => [])],
    container,
  );
}
