/** Who a node is: by a key, or by an id alone. */
import {
  createPeerSecurity,
  generateNodeKey,
  IdentityFileError,
  type NodeKey,
  readOrCreateKeyFile,
} from '@peerlab/identity';
import { type Id, type PeerSecurity, parseId } from '@peerlab/protocol';
import { NodeError } from './node-error.ts';
import { badOption, type NodeOptions, type SecurityOption } from './node-options.ts';
import { randomId } from './random-ids.ts';

/** See the module's header. */
export interface NodeIdentity {
  readonly nodeId: Id;
  /** How it proves that; undefined: it does not. */
  readonly security: PeerSecurity | undefined;
}

/**
 * Reads or makes the key that the options ask for.
 * @throws NodeError `bad-option`, `bad-identity`
 */
export async function resolveIdentity(
  { id, identity }: Pick<NodeOptions, 'id' | 'identity'>,
  security: SecurityOption,
): Promise<NodeIdentity> {
  if (security === 'open' && identity === undefined) {
    const nodeId = id === undefined ? randomId() : parseId(id);
    if (nodeId === undefined) throw badOption('id', id, 'a UUID');
    return { nodeId, security: undefined };
  }
  const key = identity === undefined ? generateNodeKey() : await readKey(identity.file);
  return { nodeId: key.nodeId, security: security === 'open' ? undefined : createPeerSecurity(security, key) };
}

async function readKey(file: string): Promise<NodeKey> {
  try {
    return await readOrCreateKeyFile(file);
  } catch (cause) {
    if (!(cause instanceof IdentityFileError)) throw cause;
    throw new NodeError('bad-identity', cause.message, { cause, details: { file } });
  }
}
