/** Sends every message back to the neighbour that it came from. */
import type { Link } from '@peerlab/protocol';
import { run } from './run.ts';
import { TamperingAgent } from './tampering-agent.ts';

class Echoes extends TamperingAgent {
  protected override tamper(): void {}

  protected override afterwards(frame: Uint8Array, from: Link): void {
    from.framesOut++;
    from.send(frame);
  }
}

await run((settings, host) => new Echoes(settings, host));
