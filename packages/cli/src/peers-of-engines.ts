/** `--engine b` of `lab fault`: whole machines as targets. */
import type { Lab } from '@peerlab/lab';
import { UsageError } from './exit.ts';

/**
 * The peers of the engines that are named without an endpoint, a word for each engine, as targets of faults.
 * @throws {UsageError} for an engine that has no peer of the lab
 */
export function peersOfEngines(words: readonly string[], lab: Pick<Lab, 'name' | 'peers'>): readonly string[] {
  return words
    .filter(word => !word.includes('='))
    .map(name => {
      const own = lab.peers.filter(({ engine }) => engine === name).map(peer => peer.name);
      if (own.length > 0) return own.join(',');
      const known = [...new Set(lab.peers.flatMap(({ engine }) => engine ?? []))];
      const advice = known.length === 0 ? 'it runs on one engine' : `its engines are ${known.join(', ')}`;
      throw new UsageError(`${lab.name} has no peer on an engine ${name}`, advice);
    });
}
