/** A lab, and the handles by which callers have it: streams belong to a handle, peers to the lab. */
import { LabError, requireEndSignal } from 'peerlab/driver';
import { Channel } from './channel.js';
import { ChildPeer } from './peer.js';

/** What there is of a lab in this process. */
export class ChildrenLab {
  /** Undefined until its `up` has taken them. */
  addresses;
  isBusy = false;
  createdAtMs = Date.now();

  constructor(plan, driver, peerProgram, forget) {
    this.plan = plan;
    this.driver = driver;
    this.forget = forget;
    this.peers = plan.peers.map(planned => new ChildPeer(plan, planned, peerProgram));
  }

  async remove() {
    await Promise.all(this.peers.map(peer => peer.end('SIGKILL')));
    this.addresses?.release();
    this.addresses = undefined;
    this.forget();
    this.forget = () => {};
  }

  /** @throws {LabError} `NO_SUCH_PEER` */
  peer(index) {
    const peer = this.peers[index];
    if (peer !== undefined) return peer;
    throw new LabError('NO_SUCH_PEER', `${this.plan.name} has no peer ${index}`);
  }

  /** @throws {LabError} `NO_SUCH_PEER`, `PEER_FAILED` */
  running(index) {
    const peer = this.peer(index);
    if (peer.isRunning) return peer;
    throw new LabError('PEER_FAILED', `${peer.planned.name} of ${this.plan.name} does not run`);
  }
}

/** @implements {import('peerlab/driver').RunningLab} */
export class LabHandle {
  #lab;
  #isMaker;
  #network;
  #places;
  #channels = new Map();

  constructor(lab, { isMaker }) {
    this.#lab = lab;
    this.#isMaker = isMaker;
    this.#network = lab.addresses?.network ?? { name: 'loopback', subnet: '', internal: false };
    // Kept: a peer's address is its own, also once the lab is gone.
    this.#places = lab.peers.map(({ planned }) => lab.addresses?.of(planned.index) ?? { address: '', port: 0 });
    this.driver = lab.driver;
    this.name = lab.plan.name;
    this.hash = lab.plan.hash;
    this.topology = lab.plan.topology;
    this.ephemeral = lab.plan.ephemeral;
    // A capability that is not named here is refused with a sentence, and checks that need it are "not proven".
    this.capabilities = {
      pause: {
        pause: async index => this.#lab.running(index).pause(true),
        unpause: async index => this.#lab.running(index).pause(false),
      },
    };
    this.withoutEffect = {
      needs: ['volumes', 'memoryBytes', 'cpus', 'pids', 'tmpfs', 'capabilities', 'devices', 'sysctls', 'ports', 'user'],
      why: 'child processes have the rights and limits of their user',
    };
  }

  get network() {
    return this.#network;
  }

  get peers() {
    return this.#lab.peers.map(({ planned: { index, name, nodeId }, state, processId }) => ({
      index,
      name,
      nodeId,
      ...this.#places[index],
      state,
      ...(processId === undefined ? {} : { processId }),
    }));
  }

  async survey() {
    return this.peers;
  }

  async channel(index) {
    const { run } = this.#lab.running(index);
    const open = this.#channels.get(index);
    if (open?.run === run && open.isOpen) return open;
    const channel = new Channel(run);
    this.#channels.set(index, channel);
    return channel;
  }

  async *logs(index, options) {
    yield* this.#lab.peer(index).logs(options);
  }

  async kill(index, signal = 'SIGKILL') {
    requireEndSignal(signal);
    await this.#lab.running(index).end(signal);
  }

  async stop(index) {
    await this.#lab.running(index).stop();
  }

  async start(index) {
    const peer = this.#lab.peer(index);
    if (!peer.isRunning) await peer.start(this.#places[index]);
  }

  async down() {
    await this.#lab.remove();
  }

  async close() {
    for (const channel of this.#channels.values()) channel.close();
    if (this.#isMaker && this.ephemeral) await this.down();
  }
}
