/** A lab that a test holds: its peers by name, what they received, its faults; gone when it is disposed of. */

import type { Fault } from '@peerlab/conditions';
import { faultSchema } from '@peerlab/conditions/schemas';
import { LabError } from '@peerlab/driver';
import { distancesFrom } from '@peerlab/graph';
import type {
  AppliedFault,
  CheckFinding,
  Lab,
  Recovery,
  RecoveryOptions,
  SettleOptions,
  VerifyOptions,
} from '@peerlab/lab';
import { NetPeer } from './net-peer.ts';

/** @throws {TypeError} for a field that the fault does not have, or that is out of its bounds */
function checkedFault(fault: Fault): Fault {
  const parsed = faultSchema.safeParse(fault);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown problem' };
  throw new TypeError(`fault: ${path.length === 0 ? '' : `${path.join('.')}: `}${message}`);
}

/** One delivery. */
export interface Delivery {
  /** Who received it. */
  readonly peer: string;
  /** Links that it crossed. */
  readonly hops: number;
  /** The neighbour that it came from; left out where the peer does not know. */
  readonly from?: string;
}

/** See the module's header. Made by `lab.up`. */
export class Net implements AsyncDisposable {
  /** Everything else that can be done with a lab. */
  readonly lab: Lab;
  #isDown = false;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  /** The lab's own name, which no other has. */
  get name(): string {
    return this.lab.name;
  }

  /** The peers' names, in topology order. */
  get names(): string[] {
    return this.lab.topology.peers.map(({ name }) => name);
  }

  /** @throws {LabError} `NO_SUCH_PEER` with the nearest name */
  peer(name: string): NetPeer {
    this.lab.peerIndex(name);
    return new NetPeer(this.lab, name);
  }

  /**
   * Who must receive a broadcast of this peer, by the graph as it is now, in topology order.
   * @param ttl left out: without limit
   * @throws {LabError} `NO_SUCH_PEER`
   */
  horizon(from: string, ttl: number = Number.POSITIVE_INFINITY): string[] {
    const distance = distancesFrom(this.lab.graph, this.lab.peerIndex(from));
    return this.names.filter((_, i) => (distance[i] ?? -1) >= 1 && (distance[i] ?? 0) <= ttl);
  }

  /** Waits until nothing is in flight. @throws {LabError} `NOT_SETTLED` naming the peers and links that it waited for */
  async settled(options: SettleOptions = {}): Promise<void> {
    await this.lab.settled(options);
  }

  /** Who received a message, each once, in topology order, once nothing is in flight. @throws {LabError} as {@link deliveries} */
  async reached(id: string): Promise<string[]> {
    const peers = new Set((await this.deliveries(id)).map(({ peer }) => peer));
    return this.names.filter(name => peers.has(name));
  }

  /**
   * Every delivery of a message, in their order, once nothing is in flight.
   * @throws {LabError} as {@link settled}; `NOT_SUPPORTED` where they are forgotten, after some 50,000 other messages
   */
  async deliveries(id: string): Promise<Delivery[]> {
    await this.settled();
    const { names } = this;
    const nameOf = new Map(this.lab.peers.map(({ nodeId, name }) => [nodeId, name]));
    for (const end of this.lab.endpoints) if (end !== undefined) nameOf.set(end.client.info.nodeId, end.client.name);
    const seen = this.lab.contextFor({}).receptions.of(id);
    if (seen === undefined) {
      throw new LabError('NOT_SUPPORTED', `the deliveries of the message ${id} are not known any more`, {
        advice: 'ask for the deliveries of a message sooner: a lab remembers those of the latest 50,000 messages',
      });
    }
    return seen.map(({ peer, hops, from }) => ({
      peer: names[peer] ?? '',
      hops,
      ...(from === undefined ? {} : { from: nameOf.get(from) ?? from }),
    }));
  }

  /** Runs the default checks, or some of them, on the graph as it is now. @throws {LabError} as `Lab.verify` */
  async verify(options: VerifyOptions = {}): Promise<CheckFinding[]> {
    return await this.lab.verify(options);
  }

  /** Breaks something; {@link horizon} is then what is left. @throws {LabError} as `Lab.fault`; {TypeError} for a fault that is none */
  async fault(fault: Fault): Promise<AppliedFault> {
    return await this.lab.fault(checkedFault(fault));
  }

  /** Lifts every fault, and waits until every drawn link is up. @throws {LabError} as `Lab.heal` */
  async heal(options: RecoveryOptions = {}): Promise<Recovery> {
    return await this.lab.heal(options);
  }

  /** Removes the lab; once it is gone, does nothing. */
  async down(): Promise<void> {
    if (this.#isDown) return;
    this.#isDown = true;
    await this.lab.down();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }
}
