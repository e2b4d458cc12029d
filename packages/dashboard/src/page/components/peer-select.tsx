/** Chooses a peer by its name: what a click on the graph does, for the keyboard. */
import type { VNode } from 'preact';
import { history } from '../state.ts';

/** See the module's header. */
export interface PeerSelectProps {
  readonly label: string;
  readonly value: number | undefined;
  /** The text while no peer is chosen. */
  readonly empty?: string;
  readonly onChange: (place: number | undefined) => void;
}

/** See the module's header. */
export function PeerSelect({ label, value, empty, onChange }: PeerSelectProps): VNode {
  return (
    <label>
      {label}
      <select
        value={value === undefined ? '' : String(value)}
        onChange={event => onChange(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {history.value?.peers.map(({ place, name, label }) => (
          <option key={place} value={String(place)}>
            {label === undefined ? name : `${name} (${label})`}
          </option>
        ))}
      </select>
    </label>
  );
}
