/** An honest agent with one hook: every data frame can be changed, or acted upon, before the peer takes it. */
import { Agent } from '@peerlab/agent';
import { FRAME_TYPE, FrameReader, type Link, TYPE_AT } from '@peerlab/protocol';

const MAX_FRAME_BYTES = 2 ** 20;

/** See the module's header. */
export abstract class TamperingAgent extends Agent {
  readonly #readers: WeakMap<Link, FrameReader> = new WeakMap();

  /** Sees a whole data frame as it arrived, and may change it in place. */
  protected abstract tamper(frame: Uint8Array, from: Link): void;

  /** Called when the peer has taken the frame. */
  protected afterwards(_frame: Uint8Array, _from: Link): void {}

  override received(link: Link, chunk: Uint8Array): void {
    const reader = this.#readers.get(link) ?? new FrameReader();
    this.#readers.set(link, reader);
    reader.push(chunk, {
      maxFrameBytes: MAX_FRAME_BYTES,
      frame: (bytes, offset, sizeBytes) => {
        const frame = bytes.slice(offset, offset + sizeBytes);
        const isData = frame[TYPE_AT] === FRAME_TYPE.broadcast || frame[TYPE_AT] === FRAME_TYPE.dm;
        const original = frame.slice();
        if (isData) this.tamper(frame, link);
        super.received(link, frame);
        if (isData) this.afterwards(original, link);
        return true;
      },
    });
  }
}
