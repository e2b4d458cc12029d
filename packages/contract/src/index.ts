/** The contract between the lab and a peer; docs/PEER-CONTRACT.md is its text. */
export * from './commands.ts';
export * from './environment.ts';
export * from './events.ts';
export * from './json-schemas.ts';
export { LineSplitter, MAX_LINE_LENGTH, type PeerLine, parsePeerLine } from './lines.ts';
export * from './pack-lines.ts';
export * from './replies.ts';
export { sealingKey } from './sealing-key.ts';
export * from './tallies.ts';
