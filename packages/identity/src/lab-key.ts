/**
 * The keys that a lab gives its peers. They follow from names and a seed of the topology file, so that node ids
 * stay the same from run to run: keys of a lab, and no secret.
 */
import { createHash } from 'node:crypto';
import { formatId } from '@peerlab/protocol';
import { type NodeKey, nodeKeyFromSeed } from './node-key.ts';

/** Tells these hashes from any others. */
const TAG = 'peerlab lab key';

/** Whose key it is. */
export interface LabKeyOwner {
  /** The lab's name. */
  readonly lab: string;
  readonly peer: string;
  /** The topology's. */
  readonly seed: number;
}

/** The 32 bytes that the peer's Ed25519 key pair follows from. */
export function labKeySeed({ lab, peer, seed }: LabKeyOwner): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([TAG, lab, peer, seed]))
    .digest();
}

/** The node id of the peer's key, as text. */
export function labNodeId(owner: LabKeyOwner): string {
  return nodeIdText(nodeKeyFromSeed(labKeySeed(owner)));
}

/** A key's node id as text: a UUID of version 8. */
export function nodeIdText({ nodeId }: NodeKey): string {
  return formatId(nodeId);
}
