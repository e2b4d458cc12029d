/** Keys of peers, and the node ids derived from them. Start at node-key.ts; docs/SECURITY.md says what they are for. */
export { createPeerSecurity } from './create-peer-security.ts';
export { IdentityFileError, readOrCreateKeyFile } from './key-file.ts';
export { type LabKeyOwner, labKeySeed, labNodeId, nodeIdText } from './lab-key.ts';
export { generateNodeKey, type NodeKey, nodeKeyFromSeed, SEED_BYTES } from './node-key.ts';
export { createSharedVerifier } from './shared-verifier.ts';
