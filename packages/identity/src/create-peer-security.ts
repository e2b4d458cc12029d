/** What the protocol needs to prove who a peer is, by node:crypto. */
import { verify } from 'node:crypto';
import type { PeerSecurity, SecurityMode } from '@peerlab/protocol';
import { openSealed, sealTo } from './hpke.ts';
import { KnownKeys, recipientKey, verificationKey } from './known-keys.ts';
import type { NodeKey } from './node-key.ts';
import { sha256 } from './sha256.ts';

/**
 * The security of one peer.
 * @param clockMs milliseconds since 1970
 */
export function createPeerSecurity(
  mode: SecurityMode,
  key: NodeKey,
  clockMs: () => number = () => Date.now(),
): PeerSecurity {
  const keys = new KnownKeys(verificationKey);
  const recipients = new KnownKeys(recipientKey);
  return {
    mode,
    publicKey: key.publicKey,
    sign: bytes => key.sign(bytes),
    verify: (publicKey, bytes, signature) => {
      const known = keys.get(publicKey);
      return known !== undefined && verify(null, bytes, known, signature);
    },
    sha256,
    seal: (publicKey, message, info, entropy) => {
      const to = recipients.get(publicKey);
      try {
        return to && sealTo(to, message, { info }, entropy);
      } catch {
        // A key of small order: no secret can be agreed on with it.
        return undefined;
      }
    },
    unseal: (sealed, info) => openSealed(key.recipient(), sealed, { info }),
    clockMs,
  };
}
