/** What neighbours tell each other of their links, as the body of an envelope: JSON, see docs/PROTOCOL.md#peer-exchange. */
import { parseId } from '@peerlab/protocol';
import { type Body, decodeContent, encodeContent } from '../content.ts';
import { type Address, formatAddress, parseAddress } from './address.ts';

/** A node and where it takes links. */
export interface KnownNode extends Address {
  readonly id: string;
}

/** See the module's header. */
export interface News {
  /** The teller asks for addresses. */
  readonly isAsking: boolean;
  /** The teller can lose a link: it has as many as it wants, two at the least, and finds another. */
  readonly canSpare: boolean;
  /** The teller has more links than it wants. */
  readonly isFull: boolean;
  /** Neighbours of the teller, each at an address at which the teller itself has reached it. At most {@link MAX_TOLD}. */
  readonly nodes: readonly KnownNode[];
}

/** Nodes in one message: more than a neighbourhood has by default; some 3 kB. */
export const MAX_TOLD = 32;

/** News as the body of an envelope. */
export function encodeNews({ isAsking, canSpare, isFull, nodes }: News): Body {
  const peers = nodes.slice(0, MAX_TOLD).map(node => ({ id: node.id, address: formatAddress(node) }));
  return encodeContent({ asks: isAsking, spares: canSpare, full: isFull, peers });
}

/** Reads news; what is no node and address in it is left out. @returns undefined when it is none */
export function decodeNews(body: Body): News | undefined {
  const content = decodeContent(body) as unknown;
  if (typeof content !== 'object' || content === null) return undefined;
  const { asks, spares, full, peers } = content as Record<string, unknown>;
  if (typeof asks !== 'boolean' || typeof spares !== 'boolean' || typeof full !== 'boolean') return undefined;
  if (!Array.isArray(peers)) return undefined;
  const nodes = peers.slice(0, MAX_TOLD).flatMap((peer: unknown) => nodeOf(peer) ?? []);
  return { isAsking: asks, canSpare: spares, isFull: full, nodes };
}

function nodeOf(peer: unknown): KnownNode | undefined {
  if (typeof peer !== 'object' || peer === null) return undefined;
  const { id, address } = peer as Record<string, unknown>;
  if (typeof id !== 'string' || parseId(id) === undefined || typeof address !== 'string') return undefined;
  const read = parseAddress(address);
  return read === undefined ? undefined : { id: id.toLowerCase(), ...read };
}
