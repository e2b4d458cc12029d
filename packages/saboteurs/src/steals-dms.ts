/** Surfaces direct messages that are meant for another peer. */
import { DESTINATION_AT, decodeData, FRAME_TYPE, formatId, hopsOf, idAt, type Link, TYPE_AT } from '@peerlab/protocol';
import { run } from './run.ts';
import { TamperingAgent } from './tampering-agent.ts';

class StealsDms extends TamperingAgent {
  readonly #stolen: Set<string> = new Set();

  protected override tamper(frame: Uint8Array, from: Link): void {
    if (frame[TYPE_AT] !== FRAME_TYPE.dm || idAt(frame, DESTINATION_AT, this.peer.nodeId)) return;
    const data = decodeData(frame);
    if (data === undefined || this.#stolen.has(formatId(data.id))) return;
    this.#stolen.add(formatId(data.id));
    this.message({
      kind: 'dm',
      id: data.id,
      origin: data.origin,
      link: from,
      hops: hopsOf(data.ttl, data.initialTtl),
      ttl: data.ttl,
      initialTtl: data.initialTtl,
      content: 0,
      payload: data.payload,
    });
  }
}

await run((settings, host) => new StealsDms(settings, host));
