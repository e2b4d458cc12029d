/** What can be done to the lab, and the commands that do the same. */
import { faultRow, REPAIR_VERBS, REPAIRS, type RepairVerb, verbsOn } from '@peerlab/conditions';
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { conditionAt } from '../../model/moment.ts';
import type { Action } from '../../protocol/actions.ts';
import { act } from '../commands.ts';
import { isActOpen } from '../presentation.ts';
import { nameOf } from '../selection.ts';
import { sendFrom, text, ttl } from '../send-form.ts';
import { canAct, canPass, chosenPeer, history, source, version } from '../state.ts';
import { BreakLinks } from './break-links.tsx';
import { Deeds } from './deeds.tsx';
import { PeerSelect } from './peer-select.tsx';

const recipient: Signal<number | undefined> = signal(undefined);

type Condition = ReturnType<typeof conditionAt>;

/** As what a peer in this condition is mended; undefined: it needs no mending. A silent peer may be stopped by a signal. */
const MENDED_AS: Readonly<Partial<Record<Condition, (typeof REPAIRS)[RepairVerb]['mends']>>> = {
  stopped: 'stopped',
  missing: 'stopped',
  paused: 'paused',
  silent: 'paused',
  isolated: 'isolated',
};

/** What can be done to a peer as it is: what mends it first, then the faults that can still hit it. */
function actionsOn(peer: string, condition: Condition): readonly { readonly verb: string; readonly action: Action }[] {
  const mended = MENDED_AS[condition];
  const repairs = REPAIR_VERBS.filter(verb => REPAIRS[verb].mends === mended);
  const faults = verbsOn('peers').filter(verb => {
    const { undo } = faultRow(verb);
    // A peer that is paused or off the network can still be ended.
    return condition === 'running' || (!isGone(condition) && (undo === 'start' || undo === 'none'));
  });
  return [
    ...repairs.map(verb => ({ verb, action: { do: verb, peer } as const })),
    ...faults.map(verb => ({ verb, action: { do: 'fault', fault: { verb, peers: [peer] } } as const })),
  ];
}

function isGone(condition: Condition): boolean {
  return condition === 'stopped' || condition === 'missing';
}

/** See the module's header. */
export function ActPanel(): VNode | null {
  if (source.value === 'replay') return null;
  return (
    <details class="act" open={isActOpen.value} onToggle={event => (isActOpen.value = event.currentTarget.open)}>
      <summary>Act</summary>
      {canAct.value ? <Controls /> : <p class="dim">This page shows the lab but cannot act on it.</p>}
    </details>
  );
}

function Controls(): VNode {
  version.value;
  const known = history.value;
  const from = chosenPeer.value ?? 0;
  const peer = known?.peers[from];
  const condition = peer === undefined ? 'missing' : conditionAt(peer, 'time', Number.POSITIVE_INFINITY);
  const to = recipient.value;
  return (
    <>
      <form class="row" onSubmit={send}>
        <PeerSelect label="From" value={from} onChange={place => (chosenPeer.value = place)} />
        <PeerSelect label="To" value={to} empty="everybody" onChange={place => (recipient.value = place)} />
        <label>
          TTL
          <input
            type="number"
            min={0}
            max={65_535}
            placeholder="none"
            value={ttl.value}
            onInput={event => (ttl.value = event.currentTarget.value)}
          />
        </label>
        <label class="grow">
          Text
          <input
            type="text"
            maxLength={10_000}
            value={text.value}
            onInput={event => (text.value = event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          {to === undefined ? 'Broadcast' : 'Send'}
        </button>
      </form>
      <fieldset class="row" aria-label={`Actions on ${nameOf(from)}`}>
        <span class="dim">
          {nameOf(from)} is {condition}:
        </span>
        {actionsOn(nameOf(from), condition).map(({ verb, action }) => (
          <button key={verb} type="button" onClick={() => peer !== undefined && act(action)}>
            {verb}
          </button>
        ))}
      </fieldset>
      <BreakLinks />
      <div class="row">
        <button type="button" onClick={() => act({ do: 'heal' })}>
          Heal everything
        </button>
        <button type="button" onClick={() => act({ do: 'verify' })}>
          Run the checks
        </button>
        {canPass.value && (
          <button type="button" onClick={() => act({ do: 'pass', ms: 1000 })}>
            Advance virtual time by 1 s
          </button>
        )}
      </div>
      <Deeds />
    </>
  );
}

function send(event: Event): void {
  event.preventDefault();
  sendFrom(chosenPeer.value ?? 0, recipient.value);
}
