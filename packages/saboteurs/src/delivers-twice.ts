/** Surfaces every message twice. */
import { Agent } from '@peerlab/agent';
import type { Message } from '@peerlab/protocol';
import { run } from './run.ts';

class DeliversTwice extends Agent {
  override message(message: Message): void {
    super.message(message);
    super.message(message);
  }
}

await run((settings, host) => new DeliversTwice(settings, host));
