/** Relays every message with the TTL that it came with: a message may go one hop further than it should. */
import { INITIAL_TTL_AT, MAX_TTL, TTL_AT } from '@peerlab/protocol';
import { run } from './run.ts';
import { TamperingAgent } from './tampering-agent.ts';

class IgnoresTtl extends TamperingAgent {
  protected override tamper(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset);
    if (view.getUint16(INITIAL_TTL_AT) === MAX_TTL) return;
    view.setUint16(INITIAL_TTL_AT, view.getUint16(INITIAL_TTL_AT) + 1);
    view.setUint16(TTL_AT, view.getUint16(TTL_AT) + 1);
  }
}

await run((settings, host) => new IgnoresTtl(settings, host));
