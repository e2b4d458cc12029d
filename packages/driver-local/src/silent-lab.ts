/**
 * A lab whose keeper does not answer: its processes are there, so it is no lab that does not exist; and all that can be done
 * with it is to remove it, by force.
 */
import {
  type LabError,
  Lacking,
  type NetworkFacts,
  type OfferedCapabilities,
  type OwnProcess,
  type PeerChannel,
  type PeerFacts,
  type RunningLab,
} from '@peerlab/driver';
import { unreachable } from './keeper-connection.ts';
import { type KeeperProcess, keeperOf } from './keeper-processes.ts';
import { whySilent } from './reach-keeper.ts';
import { removeByForce, sweepSocket } from './remove.ts';

/** See the module's header. */
export class SilentLab implements RunningLab {
  readonly driver = 'local';
  readonly name: string;
  readonly hash = '';
  readonly ephemeral = false;
  readonly network: NetworkFacts = { name: 'loopback', subnet: 'unknown addresses', internal: false };
  readonly capabilities: OfferedCapabilities;
  readonly peers: readonly PeerFacts[];
  readonly #keeper: KeeperProcess;

  constructor(keeper: KeeperProcess) {
    this.#keeper = keeper;
    this.name = keeper.lab;
    this.peers = silentPeers(keeper);
    const lacking = new Lacking(this.#silence.message);
    this.capabilities = {
      pause: lacking,
      usage: lacking,
      isolate: lacking,
      cut: lacking,
      capture: lacking,
      shapeInterface: lacking,
      passTime: lacking,
      reproduce: lacking,
    };
  }

  /** @throws {LabError} its keeper alone knows it */
  get topology(): string {
    throw this.#silence;
  }

  survey(): Promise<readonly PeerFacts[]> {
    return Promise.reject(this.#silence);
  }

  channel(): Promise<PeerChannel> {
    return Promise.reject(this.#silence);
  }

  // biome-ignore lint/correctness/useYield: it has no line to give
  async *logs(): AsyncGenerator<string> {
    throw this.#silence;
  }

  kill(): Promise<void> {
    return Promise.reject(this.#silence);
  }

  stop(): Promise<void> {
    return Promise.reject(this.#silence);
  }

  start(): Promise<void> {
    return Promise.reject(this.#silence);
  }

  async down(): Promise<void> {
    const { socket } = this.#keeper;
    // It may have started peers since, or another keeper may have its name.
    const now = keeperOf(socket);
    if (now?.process.startedAtTicks === this.#keeper.process.startedAtTicks) await removeByForce(now);
    else await sweepSocket(socket);
  }

  async close(): Promise<void> {}

  get #silence(): LabError {
    return unreachable(this.name, whySilent(this.#keeper));
  }
}

/** The peers, as far as their processes tell. */
export function silentPeers({ started }: KeeperProcess): readonly PeerFacts[] {
  const leaders = started.filter(one => one.environment.has('PEERLAB_NODE_ID') && one.isLeader);
  return leaders.map((one, index) => factsOf(one, index));
}

function factsOf({ environment, processId, isStopped }: OwnProcess, index: number): PeerFacts {
  const [address = '', port = ''] = (environment.get('PEERLAB_LISTEN') ?? '').split(':');
  return {
    index,
    name: environment.get('PEERLAB_NAME') ?? '',
    nodeId: environment.get('PEERLAB_NODE_ID') ?? '',
    address,
    port: Number(port),
    state: isStopped ? 'paused' : 'running',
    processId,
  };
}
