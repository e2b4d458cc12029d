/** Which peer a program means by a member: it prints a name, an address, an address with a port, or a node id. */
import type { PeerFacts } from '@peerlab/driver';

/** @returns the peer's place; undefined for a text that means no peer of this lab */
export function placeOfMember(text: string, peers: readonly PeerFacts[]): number | undefined {
  const word = text.trim();
  const named = peers.find(({ name, nodeId }) => name === word || nodeId === word.toLowerCase());
  if (named !== undefined) return named.index;
  const exact = peers.find(({ address, port }) => `${address}:${port}` === word);
  if (exact !== undefined) return exact.index;
  const host = hostOf(word);
  const [one, ...more] = peers.filter(({ address }) => address === host);
  return more.length === 0 ? one?.index : undefined;
}

/** `10.0.0.1` of `10.0.0.1:7946` and `[::1]:80`. */
function hostOf(word: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(word) ?? [];
  if (bracketed !== undefined) return bracketed;
  return /^[^:]+:\d+$/.test(word) ? word.slice(0, word.lastIndexOf(':')) : word;
}
