/** `--program PEER=FILE`: programs of a user's own, in place of the project's peer. */
import { resolve } from 'node:path';
import { didYouMean, type Topology } from '@peerlab/topology';
import { UsageError } from './exit.ts';

/**
 * A JavaScript file is run by this Node; anything else must be executable by itself.
 * @throws {UsageError} for what is not PEER=FILE, or no peer
 */
export function readPrograms(entries: readonly string[], topology: Topology): Record<string, readonly string[]> {
  const names = topology.peers.map(({ name }) => name);
  return Object.fromEntries(
    entries.map(entry => {
      const [peer = '', ...rest] = entry.split('=');
      const file = rest.join('=');
      if (peer === '' || file === '') throw new UsageError(`--program ${entry}: not PEER=FILE`);
      if (!names.includes(peer)) {
        throw new UsageError(`--program ${entry}: ${topology.name} has no peer "${peer}"`, didYouMean(peer, names));
      }
      const path = resolve(file);
      return [peer, /\.[cm]?js$/.test(file) ? [process.execPath, path] : [path]];
    }),
  );
}
