/** What a sealed direct message waits for: the key of its recipient, known or told by the network. */
import { formatId, type Id, KEY_SEARCH_MS, type Peer } from '@peerlab/protocol';
import { NodeError } from './node-error.ts';

/**
 * @param requireOpen throws where the node was closed meanwhile
 * @throws NodeError `unknown-peer` when nobody tells it in time; what `requireOpen` throws; the signal's reason
 */
export async function findKey(
  { peer, requireOpen }: { readonly peer: Peer; readonly requireOpen: () => void },
  of: Id,
  nowMs: () => number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isFound = await new Promise<boolean>((resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    peer.prepareDm(of, nowMs(), found => {
      signal?.removeEventListener('abort', onAbort);
      resolve(found);
    });
  });
  requireOpen();
  signal?.throwIfAborted();
  if (isFound) return;
  const to = formatId(of);
  const message = `nobody told the key of ${to} within ${KEY_SEARCH_MS} ms: there may be no such peer, or no way to it`;
  throw new NodeError('unknown-peer', message, { details: { to } });
}
