/** Receives and delivers every message but relays none: incoming messages have an expired TTL. */
import { INITIAL_TTL_AT, TTL_AT } from '@peerlab/protocol';
import { run } from './run.ts';
import { TamperingAgent } from './tampering-agent.ts';

class DropsRelays extends TamperingAgent {
  protected override tamper(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset);
    // The hop count, initial TTL less TTL plus one, stays true.
    view.setUint16(INITIAL_TTL_AT, view.getUint16(INITIAL_TTL_AT) - view.getUint16(TTL_AT) + 1);
    view.setUint16(TTL_AT, 1);
  }
}

await run((settings, host) => new DropsRelays(settings, host));
