/**
 * A world of whole peers in virtual time: the very agents that containers run, over simulated connections. One seed
 * decides everything that happens in it; nothing in it asks a clock. wires.ts is time and the network, agent-peer.ts a peer,
 * connection.ts a connection.
 */
import type { DialOutcome } from '@peerlab/agent';
import { mix32, senderKey } from '@peerlab/graph';
import { AgentPeer, type AgentPeerSpec } from './agent-peer.ts';
import { dialConnection } from './connection.ts';
import { Wires, type WiresOptions } from './wires.ts';

/** What a world is made from. */
export interface WorldOptions extends WiresOptions {
  /** The lab's name, which peers tell each other. */
  readonly lab: string;
}

/** See the module's header. */
export class World extends Wires {
  readonly #lab: string;
  readonly #listening: Map<string, AgentPeer> = new Map();
  #incarnations = 0;

  constructor(options: WorldOptions) {
    super(options);
    this.#lab = options.lab;
  }

  /**
   * Makes a peer, which listens from now on; `start` of its agent is the caller's to call.
   * @throws RangeError when its address is taken, or its node id is none
   */
  addPeer(spec: AgentPeerSpec): AgentPeer {
    const address = `${spec.host}:${spec.port}`;
    if (this.#listening.has(address)) throw new RangeError(`${address} is taken`);
    const seed = mix32(senderKey(this.seed, spec.index) ^ ++this.#incarnations);
    const peer = new AgentPeer(this, spec, this.#lab, seed);
    this.#listening.set(address, peer);
    return peer;
  }

  /** The peer that listens on an address. */
  listening(address: string): AgentPeer | undefined {
    return this.#listening.get(address);
  }

  /** Dials an address for a peer. */
  dial(from: AgentPeer, localAddress: string, address: string, outcome: DialOutcome): void {
    dialConnection(this, { from, to: this.listening(address), localAddress, address, outcome });
  }

  /** A peer has ended: its address is free. */
  ended(peer: AgentPeer): void {
    if (this.#listening.get(peer.address) === peer) this.#listening.delete(peer.address);
  }
}
