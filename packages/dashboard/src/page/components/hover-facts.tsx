/** What the pointer rests on, in a few lines beside it. The panel of a peer has the same, and more, for the keyboard. */
import type { VNode } from 'preact';
import { settingsSeenFrom } from '../../model/link-words.ts';
import { conditionAt, isUpAt } from '../../model/moment.ts';
import { on } from '../../model/timeline.ts';
import { hovered } from '../direct.ts';
import { isPickingNow, nameOf } from '../selection.ts';
import { canAct, clock, history, panelMs, shownMessage, version } from '../state.ts';

/** See the module's header. */
export function HoverFacts(): VNode | null {
  version.value;
  const at = hovered.value;
  if (at === undefined || history.value === undefined) return null;
  const lines = at.peer === undefined ? linkLines(at.link ?? -1) : peerLines(at.peer);
  const [title, ...rest] = lines;
  // Beside the pointer, on the side that has room.
  const side = at.x > window.innerWidth / 3 ? { right: `calc(100% - ${at.x - 14}px)` } : { left: `${at.x + 14}px` };
  return (
    <div class="facts-at-pointer" aria-hidden="true" style={{ ...side, top: `${at.y + 10}px` }}>
      <strong>{title}</strong>
      {rest.map(line => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

function peerLines(place: number): string[] {
  const peer = history.value?.peers[place];
  if (peer === undefined) return [];
  const ms = panelMs.value;
  const message = shownMessage.value;
  const reception = message?.receptions.get(place);
  const had =
    message === undefined
      ? []
      : place === message.origin
        ? ['origin of the message']
        : reception !== undefined && on(clock.value, reception) <= ms
          ? [
              `received it at hop ${reception.hops} from ${nameOf(reception.from)}${reception.ttlLeft === undefined ? '' : `, TTL ${reception.ttlLeft} left`}`,
            ]
          : ['has not received it'];
  const { received, sent, duplicate } = peer.counts;
  const counts = [received, sent, duplicate].map(tally => tally.until(clock.value, ms));
  return [
    `${peer.name}${peer.label === undefined ? '' : ` (${peer.label})`}: ${conditionAt(peer, clock.value, ms)}`,
    ...had,
    `${counts[0]} received, ${counts[1]} sent, ${counts[2]} duplicates`,
    ...(canAct.value && !isPickingNow() ? ['double-click: broadcast; drag: move'] : []),
  ];
}

function linkLines(index: number): string[] {
  const link = history.value?.links[index];
  if (link === undefined) return [];
  const isUp = isUpAt(link, clock.value, panelMs.value);
  const settings = settingsSeenFrom(link, link.a);
  const isUpNow = isUpAt(link, 'time', Number.POSITIVE_INFINITY);
  return [
    `${nameOf(link.a)} – ${nameOf(link.b)}: ${isUp ? 'link up' : 'no link'}`,
    ...(settings === '' ? [] : [settings]),
    ...(canAct.value && !isPickingNow() ? [isUpNow ? 'click: cut it' : 'click: restore it'] : []),
  ];
}
