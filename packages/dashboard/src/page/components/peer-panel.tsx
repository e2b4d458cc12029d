/** The chosen peer at the shown moment: its neighbours, its counters, its log. */

import type { PeerTraceEvent } from '@peerlab/trace';
import type { VNode } from 'preact';
import { COUNTED, type PeerTrack } from '../../model/history.ts';
import { settingsSeenFrom } from '../../model/link-words.ts';
import { durationText } from '../../model/message-words.ts';
import { conditionAt, isUpAt, securityAt } from '../../model/moment.ts';
import { on } from '../../model/timeline.ts';
import { act } from '../commands.ts';
import { nameOf } from '../selection.ts';
import { canAct, chosenPeer, clock, history, panelMs, version } from '../state.ts';
import { PeerSelect } from './peer-select.tsx';

/** Lines of the log that are shown. */
const MAX_LINES = 60;

/** See the module's header. */
export function PeerPanel(): VNode {
  version.value;
  const peer = history.value?.peers[chosenPeer.value ?? -1];
  return (
    <>
      <PeerSelect
        label="Peer"
        value={chosenPeer.value}
        empty="choose a peer, or click it"
        onChange={place => (chosenPeer.value = place)}
      />
      {peer !== undefined && <Facts peer={peer} />}
    </>
  );
}

function Facts({ peer }: { readonly peer: PeerTrack }): VNode {
  version.value;
  const at = panelMs.value;
  const links = (history.value?.links ?? []).filter(({ a, b }) => a === peer.place || b === peer.place);
  const log = peer.log.filter(moment => on(clock.value, moment) <= at).slice(-MAX_LINES);
  return (
    <>
      <dl class="facts">
        {peer.label !== undefined && (
          <>
            <dt>Label</dt>
            <dd>{peer.label}</dd>
          </>
        )}
        <dt>State</dt>
        <dd>{conditionAt(peer, clock.value, at)}</dd>
        <dt>Address</dt>
        <dd>{peer.address}</dd>
        <dt>Node id</dt>
        <dd>
          <code>{peer.nodeId}</code>
        </dd>
      </dl>
      <h2>Neighbours</h2>
      <ul class="neighbours">
        {links.map(link => {
          const other = link.a === peer.place ? link.b : link.a;
          const isUp = isUpAt(link, clock.value, at);
          const security = securityAt(link, clock.value, at);
          const settings = settingsSeenFrom(link, peer.place);
          const isSet = settings !== '';
          return (
            <li key={other}>
              <button type="button" class="link" onClick={() => (chosenPeer.value = other)}>
                {nameOf(other)}
              </button>
              <span class={isUp ? 'up' : 'down'}>{isUp ? 'link up' : 'no link'}</span>
              {security !== undefined && <span class="dim">{security}</span>}
              {isSet && <span class="dim">{settings}</span>}
              {canAct.value && <LinkActions a={peer.name} b={nameOf(other)} isUp={isUp} />}
            </li>
          );
        })}
      </ul>
      <h2>Counters</h2>
      <dl class="facts counters">
        {COUNTED.map(name => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{peer.counts[name].until(clock.value, at)}</dd>
          </div>
        ))}
      </dl>
      <h2>Log</h2>
      {log.length === 0 && <p class="dim">nothing yet</p>}
      <ol class="log">
        {log.reverse().map((line, i) => (
          <li key={log.length - i}>
            <span class="dim">{durationText(line.atMs)}</span> {wordsOf(line.event)}
          </li>
        ))}
      </ol>
    </>
  );
}

function LinkActions({ a, b, isUp }: { readonly a: string; readonly b: string; readonly isUp: boolean }): VNode {
  const link = [a, b] as const;
  return (
    <span class="row">
      <button
        type="button"
        aria-label={`Cut the link to ${b}`}
        disabled={!isUp}
        onClick={() => act({ do: 'fault', fault: { verb: 'link-down', links: [link] } })}
      >
        cut
      </button>
      <button type="button" aria-label={`Restore the link to ${b}`} onClick={() => act({ do: 'link-up', link })}>
        restore
      </button>
    </span>
  );
}

function wordsOf(event: PeerTraceEvent): string {
  const known = history.value;
  const node = (id: string): string => nameOf(known?.placeOfNode(id));
  switch (event.event) {
    case 'link-up':
      return `link to ${node(event.peer)} up`;
    case 'link-down':
      return `link to ${node(event.peer)} down: ${event.reason}`;
    case 'received':
      return `received ${event.kind} of ${node(event.origin)}${event.from === undefined ? '' : ` from ${node(event.from)}`}, hop ${event.hops || '?'}`;
    case 'sent':
      return `sent to ${event.to.map(node).join(' ')}, TTL ${event.ttl === 65_535 ? '–' : event.ttl}`;
    case 'duplicate':
      return `duplicate from ${node(event.from)}`;
    case 'expired':
      return `from ${node(event.from)}, TTL expired: not relayed`;
    case 'dropped':
      return `dropped for ${node(event.to)}: ${event.reason}`;
    default:
      return event.event;
  }
}
