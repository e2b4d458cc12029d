/** A peer's event as a line for a person: `received  broadcast of n0 at hop 2 from n1: "hello"`. */
import type { PeerEvent } from '@peerlab/contract';
import { plural } from './print.ts';
import { style } from './style.ts';

/** Turns node ids into names. */
export type NameOf = (nodeId: string) => string;

/** Longest part of a payload that is shown, in characters. */
const SHOWN_PAYLOAD = 120;

/** The names of a lab's peers by node id; a stranger keeps the start of its id. */
export function namesOf(peers: readonly { readonly nodeId: string; readonly name: string }[]): NameOf {
  const names = new Map(peers.map(({ nodeId, name }) => [nodeId, name]));
  return nodeId => names.get(nodeId) ?? nodeId.slice(0, 8);
}

/** The line, without the peer's own name. */
export function eventText(event: PeerEvent, nameOf: NameOf): string {
  const [what, rest] = wordsOf(event, nameOf);
  return `${what.padEnd(9)}  ${rest}${'id' in event ? `  ${style.dim(event.id.slice(0, 8))}` : ''}`;
}

function wordsOf(event: PeerEvent, nameOf: NameOf): readonly [string, string] {
  switch (event.event) {
    case 'ready':
      return ['ready', `on ${event.listen.host}:${event.listen.port}, ${event.node.name} ${event.node.version}`];
    case 'link-up':
      return ['link-up', `${event.direction === 'in' ? 'from' : 'to'} ${nameOf(event.peer)}`];
    case 'link-down':
      return ['link-down', `${nameOf(event.peer)}: ${event.reason}`];
    case 'received': {
      const kind = event.kind === 'dm' ? 'DM' : 'broadcast';
      const way = `${kind} of ${nameOf(event.origin)} at hop ${event.hops || '?'}`;
      const from = event.from === undefined ? '' : ` from ${nameOf(event.from)}`;
      return ['received', `${way}${from}: ${payloadText(event.payload)}`];
    }
    case 'overflow':
      return ['overflow', `${plural(event.lost, 'event')} not shown: the output was read too slowly`];
    case 'sent': {
      const from = event.from === undefined ? 'its own' : `that of ${nameOf(event.from)}`;
      return ['sent', `${from} to ${event.to.map(nameOf).join(' ')}, TTL ${event.ttl}`];
    }
    case 'duplicate':
      return ['duplicate', `from ${nameOf(event.from)}, TTL ${event.ttl}`];
    case 'expired':
      return ['expired', `from ${nameOf(event.from)}: its TTL expired`];
    case 'dropped':
      return ['dropped', `on its way to ${nameOf(event.to)}: ${event.reason}`];
  }
}

function payloadText(payload: string | { readonly base64: string }): string {
  if (typeof payload !== 'string') return `${Math.floor((payload.base64.length * 3) / 4)} bytes`;
  const text = payload.length > SHOWN_PAYLOAD ? `${payload.slice(0, SHOWN_PAYLOAD)}…` : payload;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
