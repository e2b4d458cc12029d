/** The events of a node, and what they tell. */
import type { Direction, LinkEnd } from '@peerlab/protocol';
import type { Content } from './content.ts';
import type { NodeError } from './node-error.ts';
import type { Received } from './received.ts';

/** A peer that this node has a link to. */
export interface Neighbor {
  /** Its node id. */
  readonly id: string;
  /** The other end of the connection, as `host:port`. */
  readonly address: string;
  /** `out`: this node dialled. */
  readonly direction: Direction;
}

/** The arguments of each event's listeners. */
export interface NodeEvents<M = Content> {
  /** A link to a new neighbour is up. */
  'peer-connect': [neighbor: Neighbor];
  /** A neighbour's link is gone, and no other to it is there. */
  'peer-disconnect': [neighbor: Neighbor & { readonly reason: LinkEnd }];
  broadcast: [message: Received<M>];
  dm: [message: Received<M>];
  /** Something failed that no call waits for. Without a listener it is ignored: a stranger must not end a process. */
  error: [error: NodeError];
}
