/** Topologies too large for a peer each, proven by floods in virtual time. Start at prove-large.ts. */
export { peerNameOf } from './large-network.ts';
export {
  LARGE_CHECKS,
  type LargeCheckName,
  type LargeMemory,
  type LargeResult,
  type RunFlood,
} from './large-result.ts';
export { memoryText, type ProveLargeOptions, proveLarge } from './prove-large.ts';
