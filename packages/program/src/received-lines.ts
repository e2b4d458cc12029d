/** Which lines of a program say that a message was received, and what was. */
import type { PeerEvent } from '@peerlab/contract';
import type { PeerFacts } from '@peerlab/driver';
import { idOfKey, type KeyedMessages } from './keyed-messages.ts';
import { readMessage } from './message-text.ts';

/** A `received` event. */
export type Received = Extract<PeerEvent, { readonly event: 'received' }>;

/** What lines are read with. */
export interface LineReading {
  /** The peer that prints them. */
  readonly self: Pick<PeerFacts, 'name'>;
  readonly pattern: RegExp;
  readonly peers: () => readonly PeerFacts[];
  readonly keys: KeyedMessages;
  /** Called with each delivery; of a keyed message once it is known what was sent. */
  readonly deliver: (received: Received) => void;
  /** Called with what is wrong with a line. */
  readonly problem: (text: string) => void;
}

/** An origin that no peer of the lab is. */
const STRANGER = '00000000-0000-0000-0000-000000000000';

/** Takes one line of the program. A message of the peer itself is none that it received: many programs deliver those too. */
export function readLine(line: string, reading: LineReading): void {
  const groups = reading.pattern.exec(line)?.groups;
  if (groups === undefined) return;
  const { message, key } = groups;
  if (message !== undefined) takeMessage(message, reading);
  else if (key !== undefined) takeKey(key, reading);
}

function takeMessage(text: string, { self, peers, deliver, problem }: LineReading): void {
  const read = readMessage(text);
  if (read.state === 'foreign') return;
  if (read.state === 'damaged') {
    if (read.id === undefined) problem('it printed a message of the lab that is damaged beyond recognition');
    else deliver({ event: 'received', id: read.id, kind: 'broadcast', origin: STRANGER, hops: 0, payload: read.rest });
    return;
  }
  const { id, kind, origin, payload } = read.message;
  if (origin === self.name) return;
  deliver({ event: 'received', id, kind, origin: nodeIdOf(origin, peers()), hops: 0, payload });
}

function takeKey(key: string, { self, peers, keys, deliver }: LineReading): void {
  keys.whenSent(key, ({ kind, origin, payload }) => {
    if (origin === self.name) return;
    deliver({ event: 'received', id: idOfKey(key), kind, origin: nodeIdOf(origin, peers()), hops: 0, payload });
  });
}

function nodeIdOf(name: string, peers: readonly PeerFacts[]): string {
  return peers.find(peer => peer.name === name)?.nodeId ?? STRANGER;
}
