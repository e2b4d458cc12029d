/** How large the frame of a message is. */
import { dataFrameBytes } from '../frame.ts';
import { SEAL_BYTES, type SecurityMode } from './peer-security.ts';
import { bodyBytes } from './sealed-body.ts';
import { SIGNED_EXTRA_BYTES } from './signed-frame.ts';

/** The whole frame of a message that is signed by itself, where it is signed; sealed, where direct messages are. */
export function messageFrameBytes(kind: 'broadcast' | 'dm', payloadBytes: number, mode: SecurityMode | 'open'): number {
  if (mode === 'open') return dataFrameBytes(kind, payloadBytes);
  const isSealed = kind === 'dm' && mode === 'sealed';
  return dataFrameBytes(kind, isSealed ? SEAL_BYTES + bodyBytes(payloadBytes) : payloadBytes) + SIGNED_EXTRA_BYTES;
}
