/** The words of `lab fault`: peers, ranges, patterns and links of a topology. */
import type { LinkTargets } from '@peerlab/conditions';
import { didYouMean, expandPeers, type Topology } from '@peerlab/topology';
import { UsageError } from './exit.ts';

/** What words name. */
export interface FaultTargets {
  readonly peers: readonly string[];
  readonly links: readonly (readonly [string, string])[];
}

/**
 * Reads targets: `n3`, `n5..n9`, `n*`, `all`, several with commas, and `n3:n4` for a link.
 * @throws {UsageError} for a word that names nothing, with the nearest name
 */
export function readTargets(words: readonly string[], topology: Topology): FaultTargets {
  const parts = words.flatMap(partsOf);
  const isLink = (word: string): boolean => word.includes(':');
  const links = parts.filter(isLink).map((word): [string, string] => {
    const ends = word.split(':');
    const [a = '', b = ''] = ends;
    if (ends.length !== 2) throw new UsageError(`${word}: a link is a pair of peers, such as n3:n4`);
    return [onePeer(a, topology), onePeer(b, topology)];
  });
  return {
    peers: peersOf(
      parts.filter(word => !isLink(word)),
      topology,
    ),
    links,
  };
}

/** A topology, or a lab that runs. */
export interface HasPeers {
  readonly name: string;
  readonly peers: readonly { readonly name: string }[];
}

/** The peers of words such as `n3`, `n5..n9`, `n0,n2`, `all`, each once. @throws {UsageError} for a word that names none */
export function namedPeers(words: readonly string[], among: HasPeers): string[] {
  return peersOf(words.flatMap(partsOf), among);
}

/** Reads the groups of a partition: one for each word. @throws {UsageError} */
export function readGroups(words: readonly string[], topology: Topology): string[][] {
  return words.map(word => {
    if (word.includes(':'))
      throw new UsageError(`${word}: a partition consists of groups of peers, such as n0,n1 n5..n9`);
    return peersOf(partsOf(word), topology);
  });
}

/** What a fault hits, without what was left out. */
export function namedTargets({ peers, links }: FaultTargets): Pick<LinkTargets, 'peers' | 'links'> {
  return { ...(peers.length > 0 && { peers }), ...(links.length > 0 && { links }) };
}

/** @throws {UsageError} for nothing between two commas, as `"$A,$B"` makes it: that must not name fewer peers than meant */
function partsOf(word: string): string[] {
  const parts = word.split(',').map(part => part.trim());
  if (!parts.includes('')) return parts;
  throw new UsageError(`${word}: a name is empty`, 'a variable of the shell may not be set');
}

function onePeer(word: string, topology: Topology): string {
  const found = peersOf([word], topology);
  const [peer] = found;
  if (found.length !== 1 || peer === undefined) throw new UsageError(`${word}: the end of a link is one peer`);
  return peer;
}

function peersOf(words: readonly string[], topology: HasPeers): string[] {
  const names = topology.peers.map(({ name }) => name);
  const places = new Map(names.map((name, place) => [name, place]));
  return expandPeers(words, names, places, word => {
    throw new UsageError(`${topology.name} has no peer "${word}"`, didYouMean(word, names));
  });
}
