/** What can be done to the lab, and the commands that do the same. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { PeerVerb } from '../../model/actions.ts';
import { conditionAt } from '../../model/moment.ts';
import { act } from '../commands.ts';
import { nameOf } from '../selection.ts';
import { canAct, canPass, chosenPeer, history, source, version } from '../state.ts';
import { BreakLinks } from './break-links.tsx';
import { Deeds } from './deeds.tsx';
import { PeerSelect } from './peer-select.tsx';

const text: Signal<string> = signal('hello');
const ttl: Signal<string> = signal('');
const recipient: Signal<number | undefined> = signal(undefined);

/** Peer operations by how the peer is: those that make sense come first. */
const WHEN_RUNNING: readonly PeerVerb[] = ['kill', 'stop', 'restart', 'pause', 'isolate'];
const OTHERWISE = {
  running: WHEN_RUNNING,
  paused: ['unpause', 'kill', 'restart'],
  stopped: ['start'],
  missing: ['start'],
  isolated: ['rejoin', 'kill', 'restart'],
} as const satisfies Record<string, readonly PeerVerb[]>;

/** See the module's header. */
export function ActPanel(): VNode | null {
  if (source.value === 'replay') return null;
  return (
    <details class="act" open>
      <summary>Act</summary>
      {canAct.value ? <Controls /> : <p class="dim">This page shows the lab, and cannot act on it.</p>}
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
      <fieldset class="row" aria-label={`Do to ${nameOf(from)}`}>
        <span class="dim">
          {nameOf(from)} is {condition}:
        </span>
        {OTHERWISE[condition].map(verb => (
          <button key={verb} type="button" onClick={() => peer !== undefined && act({ do: verb, peer: peer.name })}>
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
            Let 1 s of virtual time pass
          </button>
        )}
      </div>
      <Deeds />
    </>
  );
}

function send(event: Event): void {
  event.preventDefault();
  const from = nameOf(chosenPeer.value ?? 0);
  const limit = ttl.value === '' ? {} : { ttl: Number(ttl.value) };
  const to = recipient.value;
  if (to === undefined) void act({ do: 'broadcast', from, text: text.value, ...limit });
  else void act({ do: 'dm', from, to: nameOf(to), text: text.value, ...limit });
}
