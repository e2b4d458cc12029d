/** Dials a neighbour again that has hung up. */
import { Agent } from '@peerlab/agent';
import type { Link, LinkEnd } from '@peerlab/protocol';
import { run } from './run.ts';

class Redials extends Agent {
  override linkDown(link: Link, reason: LinkEnd): void {
    super.linkDown(link, reason);
    const [, host, port] = /^(.*):(\d+)$/.exec(link.address) ?? [];
    if (reason === 'hangup' && link.direction === 'out' && host !== undefined) this.keepDialling(host, Number(port));
  }
}

await run((settings, host) => new Redials(settings, host));
