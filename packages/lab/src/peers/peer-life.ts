/** What is done to single peers of a running lab, by place, and what the lab's channels and links need after it. */
import type { RunningLab } from '@peerlab/driver';
import { capabilityIfAny, LabError, requireCapability } from '@peerlab/driver';
import { type ChangedValue, PROGRAM_ANSWER_TIMEOUT_MS } from '@peerlab/program';
import type { Topology } from '@peerlab/topology';
import type { LinkControl } from '../links/link-control.ts';
import type { DialledLab, Endpoint } from '../links/linked-lab.ts';
import { dialMissing } from '../links/wiring.ts';
import type { Endpoints } from './endpoints.ts';

/** How long a peer that goes on may take to answer, in milliseconds. @default 5000: it answers at once; a busy machine needs longer */
const GO_ON_MS = 5000;
/** The same of a program, which answers by commands. */
const PROGRAM_GO_ON_MS: number = 1.5 * PROGRAM_ANSWER_TIMEOUT_MS;

/** What peers are operated with. */
export interface OperatedPeers {
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly endpoints: Endpoints;
  readonly links: LinkControl;
}

/** See the module's header. */
export class PeerLife {
  readonly #parts: OperatedPeers;
  #renewed: string[] = [];

  constructor(parts: OperatedPeers) {
    this.#parts = parts;
  }

  /** Ends a peer by a signal. @throws {LabError} as `RunningLab.kill` */
  async kill(peer: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#parts.running.kill(peer, signal);
    await this.#ended(peer);
  }

  /** Shuts a peer down gracefully. @throws {LabError} as `RunningLab.stop` */
  async stop(peer: number): Promise<void> {
    await this.#parts.running.stop(peer);
    await this.#ended(peer);
  }

  /**
   * Starts a peer, waits until it is ready, and dials its links.
   * @throws {LabError} as `RunningLab.start`; `PEER_FAILED` when it does not get ready; `LINKS_MISSING`
   */
  async start(peer: number): Promise<void> {
    const { running, endpoints, links } = this.#parts;
    const before = endpoints.announcedId(peer);
    await links.bringBack(peer, async () => {
      await running.start(peer);
      await endpoints.hold();
      const { info, name } = await endpoints.answering(peer);
      if (before !== undefined && info.nodeId !== before) this.#renewed.push(lostIdentity(name, before, info.nodeId));
      const changed = endpoints.takeChangedValues(peer);
      if (changed.length > 0) this.#renewed.push(lostValues(name, changed));
    });
    await dialMissing(this.#dialled, peer);
  }

  /** Peers that came back as another node, each in a sentence, since this was asked last. */
  takeRenewed(): readonly string[] {
    const renewed = this.#renewed;
    this.#renewed = [];
    return renewed;
  }

  /** Has a peer leave, where it runs, and starts it again. @throws {LabError} as {@link stop} and {@link start} */
  async restart(peer: number): Promise<void> {
    try {
      await this.stop(peer);
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'PEER_FAILED') throw error;
    }
    await this.start(peer);
  }

  /** Freezes a peer. @throws {LabError} as `CanPause.pause`; `NOT_SUPPORTED` where the lab cannot */
  async pause(peer: number): Promise<void> {
    await requireCapability(this.#parts.running, 'pause').pause(peer);
    await this.#parts.endpoints.refresh();
  }

  /** Lets a peer go on, and waits until it answers. @throws {LabError} as `CanPause.unpause`; `NOT_SUPPORTED` */
  async unpause(peer: number): Promise<void> {
    const { running, endpoints, links } = this.#parts;
    await links.bringBack(peer, async () => {
      await requireCapability(running, 'pause').unpause(peer);
      await endpoints.hold();
      const timeoutMs = endpoints.isProgram(peer) ? PROGRAM_GO_ON_MS : GO_ON_MS;
      const client = await endpoints.answering(peer, timeoutMs);
      await client.request({ command: 'info' }, { timeoutMs });
    });
  }

  /** Tries to have a silent peer go on, where the lab can: its answer, if there is one, is waited for. */
  async wake(peer: number): Promise<void> {
    if (capabilityIfAny(this.#parts.running, 'pause') === undefined) return;
    try {
      await this.unpause(peer);
    } catch (error) {
      if (!(error instanceof LabError) || !['PEER_FAILED', 'PEER_SILENT'].includes(error.code)) throw error;
    }
  }

  /** Takes a peer off the network. @throws {LabError} as `CanIsolate.isolate`; `NOT_SUPPORTED` where the lab cannot */
  async isolate(peer: number): Promise<void> {
    await requireCapability(this.#parts.running, 'isolate').isolate(peer);
    await this.#parts.endpoints.refresh();
  }

  /** Brings a peer back onto the network. @throws {LabError} as `CanIsolate.rejoin`; `NOT_SUPPORTED` */
  async rejoin(peer: number): Promise<void> {
    await requireCapability(this.#parts.running, 'isolate').rejoin(peer);
    await this.#parts.endpoints.refresh();
  }

  get #dialled(): DialledLab {
    const { topology, endpoints, links } = this.#parts;
    const lookAgain = async (): Promise<readonly Endpoint[]> => {
      await endpoints.refresh();
      return endpoints.all;
    };
    const { all, presence } = endpoints;
    return { topology, endpoints: all, whyCut: links.whyCut, presence, lookAgain };
  }

  async #ended(peer: number): Promise<void> {
    await this.#parts.endpoints.ended(peer);
    await this.#parts.endpoints.refresh();
  }
}

/** What is learnt of a program by `facts:` is what others know it by. */
function lostValues(peer: string, changed: readonly ChangedValue[]): string {
  const values = changed.map(({ name, before, now }) => `${name} ${shortened(now)}, and had ${shortened(before)}`);
  return `${peer} lost its identity: it came back with ${values.join(', ')}; keep its state in a volume`;
}

/** Keys may be long. */
const SHOWN_CHARACTERS = 64;

function shortened(value: string): string {
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
}

/** Others know a peer by its id: to them it is a stranger now. */
function lostIdentity(peer: string, before: string, now: string): string {
  return `${peer} lost its identity: it came back as ${now}, and was ${before}; keep its state in a volume`;
}
