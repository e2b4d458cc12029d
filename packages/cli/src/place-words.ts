/** `--place n0..n9=a` of `lab up` and `lab test`: peers that stay on one of the engines. */
import type { EngineSpec } from '@peerlab/driver';
import { didYouMean } from '@peerlab/topology';
import type { Argv } from 'yargs';
import { UsageError } from './exit.ts';
import { type HasPeers, namedPeers } from './fault-words.ts';

/** Adds the option. */
export function withPlace<T>(args: Argv<T>): Argv<T & { place: string[] }> {
  return args.option('place', {
    type: 'string',
    array: true,
    requiresArg: true,
    default: [],
    describe: 'PEERS=ENGINE: peers that stay on one of several engines, such as n0..n9=a; may be repeated',
  });
}

/**
 * The engine of each peer that the words place in several labs, which one driver makes: a name is the same peer in all.
 * @throws {UsageError} as {@link readPlaces}, of each lab; for a name that two labs place on different engines
 */
export function readPlacesOfAll(
  words: readonly string[],
  topologies: readonly (HasPeers & { readonly name: string })[],
  engines: readonly EngineSpec[] | undefined,
): ReadonlyMap<string, string> {
  const all = new Map<string, { readonly engine: string; readonly lab: string }>();
  for (const topology of topologies) {
    for (const [peer, engine] of readPlaces(words, topology, engines)) {
      const other = all.get(peer);
      if (other !== undefined && other.engine !== engine) {
        throw new UsageError(
          `--place puts ${peer} on ${other.engine} in ${other.lab}, and on ${engine} in ${topology.name}`,
          'test them one after the other',
        );
      }
      all.set(peer, { engine, lab: topology.name });
    }
  }
  return new Map([...all].map(([peer, { engine }]) => [peer, engine]));
}

/**
 * The engine of each peer that the words place.
 * @param engines that the user names; undefined: none
 * @throws {UsageError} for what is not PEERS=ENGINE, names no peer or engine, or places a peer on two
 */
export function readPlaces(
  words: readonly string[],
  topology: HasPeers,
  engines: readonly EngineSpec[] | undefined,
): ReadonlyMap<string, string> {
  if (words.length > 0 && engines === undefined) {
    throw new UsageError(
      '--place chooses among several engines, and none are named',
      'name each: --engine NAME=ENDPOINT',
    );
  }
  const names = (engines ?? []).map(({ name }) => name);
  const places = new Map<string, string>();
  for (const word of words) {
    const [, peers, engine] = /^(.+)=([^=]+)$/.exec(word) ?? [];
    if (peers === undefined || engine === undefined) {
      throw new UsageError(`--place ${word}: not PEERS=ENGINE`, 'such as --place n0..n9=a');
    }
    if (!names.includes(engine)) {
      const advice = didYouMean(engine, names) ?? `the engines are ${names.join(', ')}`;
      throw new UsageError(`--place ${word}: there is no engine "${engine}"`, advice);
    }
    for (const peer of namedPeers([peers], topology)) {
      const other = places.get(peer);
      if (other !== undefined && other !== engine) {
        throw new UsageError(`--place ${word}: ${peer} is placed on ${other} already`);
      }
      places.set(peer, engine);
    }
  }
  return places;
}
