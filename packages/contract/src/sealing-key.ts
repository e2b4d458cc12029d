/** What a command `dm` says of its recipient's key. */
import type { PeerInfo } from './events.ts';

/** The key, where the sender seals: it then need not look for it. */
export function sealingKey(sender: PeerInfo, recipient: PeerInfo): { readonly key?: string } {
  return sender.security === 'sealed' && recipient.publicKey !== undefined ? { key: recipient.publicKey } : {};
}
