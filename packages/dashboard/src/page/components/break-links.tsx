/** Cuts, slows and restores links between picked peers, and parts picked peers from the rest. */
import { type LinkEnds, QUANTITIES } from '@peerlab/conditions';
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { act } from '../commands.ts';
import { nameOf, namesOf } from '../selection.ts';
import { history, isPicking, picked } from '../state.ts';
import { PickList } from './pick-list.tsx';

const latencyMs: Signal<number> = signal(200);

/** See the module's header. */
export function BreakLinks(): VNode {
  const names = namesOf(picked.value);
  const links = linksWithin(picked.value);
  const rest = (history.value?.peers.length ?? 0) - names.length;
  const [only] = links;
  return (
    <>
      <div class="row">
        <button type="button" aria-pressed={isPicking.value} onClick={() => (isPicking.value = !isPicking.value)}>
          {isPicking.value ? 'Picking: click peers' : 'Pick peers'}
        </button>
        <span class="dim">
          {names.length === 0 ? 'for a partition, or the two ends of a link' : `${names.length} picked`}
        </span>
        {names.length > 0 && (
          <button type="button" onClick={() => (picked.value = new Set())}>
            none
          </button>
        )}
      </div>
      {isPicking.value && <PickList />}
      {names.length > 0 && (
        <div class="row">
          <button
            type="button"
            disabled={rest === 0}
            onClick={() => act({ do: 'fault', fault: { verb: 'partition', groups: [names] } })}
          >
            Partition them
          </button>
          <button
            type="button"
            disabled={names.length !== 2 || only === undefined}
            onClick={() => only !== undefined && act({ do: 'fault', fault: { verb: 'link-down', links: [only] } })}
          >
            Cut their link
          </button>
          <button
            type="button"
            disabled={names.length !== 2 || only === undefined}
            onClick={() => only !== undefined && act({ do: 'link-up', link: only })}
          >
            Restore it
          </button>
          <label>
            ms
            <input
              type="number"
              min={QUANTITIES.ms.min}
              max={QUANTITIES.ms.max}
              value={latencyMs.value}
              onInput={event => (latencyMs.value = Number(event.currentTarget.value))}
            />
          </label>
          <button
            type="button"
            disabled={links.length === 0}
            onClick={() => act({ do: 'fault', fault: { verb: 'slow', links, latencyMs: latencyMs.value } })}
          >
            Slow their links ({links.length})
          </button>
        </div>
      )}
    </>
  );
}

/** The drawn links both of whose ends are picked. */
function linksWithin(places: ReadonlySet<number>): LinkEnds[] {
  return (history.value?.links ?? [])
    .filter(({ a, b, isDrawn }) => isDrawn && places.has(a) && places.has(b))
    .map(({ a, b }) => [nameOf(a), nameOf(b)]);
}
