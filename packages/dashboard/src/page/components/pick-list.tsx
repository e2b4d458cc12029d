/** Picks peers by their names: what clicks on the graph do, for the keyboard. */
import type { VNode } from 'preact';
import { togglePicked } from '../selection.ts';
import { history, picked } from '../state.ts';

/** See the module's header. */
export function PickList(): VNode {
  return (
    <fieldset class="picks">
      <legend>Picked peers</legend>
      {history.value?.peers.map(({ place, name }) => (
        <label key={place}>
          <input type="checkbox" checked={picked.value.has(place)} onChange={() => togglePicked(place)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
