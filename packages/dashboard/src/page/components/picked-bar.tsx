/** What can be done with the peers that were picked, on the graph itself: for a lasso. */
import type { VNode } from 'preact';
import { act } from '../commands.ts';
import { exercise } from '../exercise.ts';
import { namesOf } from '../selection.ts';
import { canAct, history, picked } from '../state.ts';

/** See the module's header. */
export function PickedBar(): VNode | null {
  const names = namesOf(picked.value);
  const rest = (history.value?.peers.length ?? 0) - names.length;
  if (!canAct.value || exercise.value.phase !== 'off' || names.length === 0) return null;
  return (
    <div class="picked-bar">
      <span>{names.length} picked</span>
      <button
        type="button"
        class="primary"
        disabled={rest === 0}
        onClick={() => act({ do: 'fault', fault: { verb: 'partition', groups: [names] } })}
      >
        Split from {rest}
      </button>
      <button type="button" onClick={() => (picked.value = new Set())}>
        Clear
      </button>
    </div>
  );
}
