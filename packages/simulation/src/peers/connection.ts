/** Connections between the peers of a world: what TCP is between processes, over simulated links. */
import type { DialOutcome } from '@peerlab/agent';
import { type LinkSettings, LOST } from '@peerlab/conditions';
import { mix32, Random } from '@peerlab/graph';
import { BINDING_BYTES, type Link } from '@peerlab/protocol';
import type { AgentPeer, PeerConnection } from './agent-peer.ts';
import { cutFrames, isDataFrame } from './frames.ts';
import type { Wires } from './wires.ts';

/** How long a dial takes to fail where there is no route, in virtual microseconds: what address resolution takes on Linux. */
const NO_WAY_US = 3e6;

/** Bytes that a connection's own segments (SYN, FIN) take on the line. */
const SEGMENT_BYTES = 40;

/** A dial: `to` is the peer that listens on the address, undefined where nobody does. */
export interface Dial {
  readonly from: AgentPeer;
  readonly to: AgentPeer | undefined;
  readonly localAddress: string;
  readonly address: string;
  readonly outcome: DialOutcome;
}

/** Dials an address: a round trip, as TCP takes it, then the outcome. */
export function dialConnection(wires: Wires, { from, to, localAddress, address, outcome }: Dial): void {
  const refused = (): void => from.takes(() => outcome.failed('connection refused'));
  if (to === undefined) {
    wires.later(wires.nowUs + wires.refusalUs, 'network', refused);
    return;
  }
  if (wires.isIsolated(from.index) || wires.isIsolated(to.index)) {
    wires.later(wires.nowUs + NO_WAY_US, 'timer', () => from.takes(() => outcome.failed('no route to host')));
    return;
  }
  const dialler = new ConnectionEnd(wires, from, to);
  const acceptor = new ConnectionEnd(wires, to, from);
  dialler.other = acceptor;
  acceptor.other = dialler;
  if (from.isSealed && to.isSealed) dialler.binding = acceptor.binding = bindingOf(localAddress, address);
  dialler.sendSegment(() => {
    if (to.end !== undefined) {
      acceptor.sendSegment(refused);
      return;
    }
    to.join(acceptor);
    acceptor.sendSegment(() => {
      if (from.end === undefined) {
        from.join(dialler);
        from.takes(() => (dialler.link = outcome.connected(dialler, address)));
      } else dialler.close();
    });
    to.takes(() => (acceptor.link = to.agent.accepted(acceptor, localAddress)));
  });
}

/** One end of a connection, as its peer's link has it. */
export class ConnectionEnd implements PeerConnection {
  readonly #wires: Wires;
  readonly #peer: AgentPeer;
  readonly #to: AgentPeer;
  readonly #lane: number;
  #isClosed = false;
  link: Link | undefined;
  other: ConnectionEnd | undefined;
  /** What both ends of an encrypted connection have in common. */
  binding: Uint8Array | undefined;

  constructor(wires: Wires, peer: AgentPeer, to: AgentPeer) {
    this.#wires = wires;
    this.#peer = peer;
    this.#to = to;
    this.#lane = wires.laneBetween(peer.index, to.index);
  }

  get queuedBytes(): number {
    return this.#wires.queuedBytes(this.#lane);
  }

  send(bytes: Uint8Array): number {
    let lost = 0;
    if (this.#isClosed) return lost;
    for (const frame of cutFrames(bytes)) if (!this.#sendFrame(frame)) lost++;
    return lost;
  }

  /** What is sent from here on is as these settings say; without them, as the world's. */
  shape(settings: LinkSettings | undefined): void {
    this.#wires.shapeLane(this.#lane, this.#peer.index, this.#to.index, settings);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#peer.leaveConnection(this);
    this.sendSegment(() => this.other?.otherClosed());
  }

  /** Sends a segment of the connection's own; what it does there comes after everything that was sent before it. */
  sendSegment(arrived: () => void): void {
    const { index } = this.#peer;
    const atUs = this.#wires.sendControl(this.#lane, index, this.#to.index, SEGMENT_BYTES);
    if (atUs !== LOST) this.#wires.arrives(index, this.#to.index, atUs, arrived);
  }

  /** The other end will send no more. */
  otherClosed(): void {
    this.#peer.takes(() => {
      if (this.#isClosed) return;
      if (this.link !== undefined) this.#peer.agent.ended(this.link);
      this.close();
    });
  }

  /** @returns false when it is a data frame, and lost */
  #sendFrame(frame: Uint8Array): boolean {
    const wires = this.#wires;
    const from = this.#peer.index;
    const to = this.#to.index;
    if (!isDataFrame(frame)) {
      const atUs = wires.sendControl(this.#lane, from, to, frame.length);
      if (atUs !== LOST) wires.arrives(from, to, atUs, () => this.other?.arrived(frame, from));
      return true;
    }
    const atUs = wires.sendData(this.#lane, from, to, frame.length);
    if (atUs === LOST) return false;
    wires.framesInFlight++;
    wires.arrives(from, to, atUs, () => {
      wires.framesInFlight--;
      this.other?.arrived(frame, from);
    });
    return true;
  }

  /** A frame has arrived at this end. */
  arrived(frame: Uint8Array, from: number): void {
    this.#wires.trace(from, this.#peer.index, frame);
    this.#peer.takes(() => {
      if (this.link !== undefined && !this.#isClosed) this.#peer.agent.received(this.link, frame);
    });
  }
}

/** Another one for each connection; that nobody can guess it is taken for granted here. */
function bindingOf(from: string, to: string): Uint8Array {
  const binding = new Uint8Array(BINDING_BYTES);
  const random = new Random(mix32(textKey(`${from} ${to}`)));
  binding.set(random.bytes16());
  binding.set(random.bytes16(), BINDING_BYTES / 2);
  return binding;
}

function textKey(text: string): number {
  return [...text].reduce((key, letter) => mix32(key ^ (letter.codePointAt(0) ?? 0)), text.length);
}
