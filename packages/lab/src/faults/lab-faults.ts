/**
 * The faults of one lab: applied, reported, lifted. Their effects are in effects/, the states of links in
 * links/link-control.ts.
 */
import type { Fault, FaultVerb } from '@peerlab/conditions';
import type { LabClock, PeerClient, PeerFacts, ShapesInterface } from '@peerlab/driver';
import { LabError, Lacking } from '@peerlab/driver';
import type { Topology } from '@peerlab/topology';
import { awaitLinks, type LinksBack, type RecoveryOptions } from '../links/await-links.ts';
import type { LinkControl } from '../links/link-control.ts';
import type { LinkedLab } from '../links/linked-lab.ts';
import type { Endpoints } from '../peers/endpoints.ts';
import type { PeerLife } from '../peers/peer-life.ts';
import { type ActiveFault, activeFaults } from './active-faults.ts';
import type { AppliedFault, Recovery } from './applied-fault.ts';
import { chosenLinks } from './choose-targets.ts';
import { applyFault } from './effects/apply-fault.ts';
import { measureLatency } from './round-trips.ts';

/** What faults are done with. */
export interface FaultPorts {
  readonly topology: Topology;
  /** A peer's place. @throws {LabError} `NO_SUCH_PEER` */
  readonly placeOf: (name: string) => number;
  readonly endpoints: Pick<
    Endpoints,
    'all' | 'facts' | 'hold' | 'presence' | 'refresh' | 'requireChannels' | 'runs' | 'silent'
  >;
  readonly life: PeerLife;
  readonly links: LinkControl;
  /** What a peer sends, shaped by the kernel; or why this lab cannot. */
  readonly kernel: ShapesInterface | Lacking;
  readonly clock: LabClock;
}

/** Verbs for which the driver alone suffices: no peer that hangs may hold up what mends it. */
const BY_DRIVER: ReadonlySet<FaultVerb> = new Set<FaultVerb>(['kill', 'stop', 'restart', 'pause']);

/** See the module's header. */
export class LabFaults {
  readonly #ports: FaultPorts;

  constructor(ports: FaultPorts) {
    this.#ports = ports;
  }

  /** Applies a fault, wholly or not at all. @throws {LabError} as `Lab.fault` */
  async apply(fault: Fault): Promise<AppliedFault> {
    const { topology, placeOf, endpoints, life, links, kernel } = this.#ports;
    if (BY_DRIVER.has(fault.verb)) await endpoints.refresh();
    else await this.#look();
    return await applyFault(fault, {
      topology,
      placeOf,
      isRunning: peer => endpoints.runs(peer),
      life,
      links,
      kernel,
      measureLatency: async hit =>
        await measureLatency({ endpoints: endpoints.all, nodeIds: nodeIds(endpoints.facts), links }, hit),
    });
  }

  /** What is wrong on purpose. */
  async active(): Promise<ActiveFault[]> {
    await this.#look();
    const { topology, endpoints, links } = this.#ports;
    return activeFaults(topology, endpoints.facts, links);
  }

  /** Lifts all faults, and waits until the lab is as drawn. @throws {LabError} `LINKS_MISSING`; what starting throws */
  async heal(options: RecoveryOptions): Promise<Recovery> {
    const { endpoints, life, links, clock } = this.#ports;
    const startedAtMs = clock.nowMs();
    const lifted = await this.active();
    await links.reset();
    const wasIn = endpoints.facts;
    const bring = async (
      isAway: (peer: PeerFacts) => boolean,
      back: (peer: number) => Promise<void>,
    ): Promise<void> => {
      await Promise.all(wasIn.filter(isAway).map(async ({ index }) => await back(index)));
    };
    const isDown = ({ state }: PeerFacts): boolean => state === 'stopped' || state === 'missing';
    // A paused peer may be off the network as well: it can rejoin once it goes on.
    await bring(
      ({ state }) => state === 'paused',
      async peer => await life.unpause(peer),
    );
    await bring(
      peer => peer.isolated === true && !isDown(peer),
      async peer => await life.rejoin(peer),
    );
    // What is off the network cannot be shaped, and comes back with an interface that is not.
    await this.#unshapeByKernel();
    await bring(isDown, async peer => await life.start(peer));
    // A signal may have stopped one from outside.
    const silent = endpoints.silent.map(({ index, name }) => ({ index, name }));
    await Promise.all(silent.map(async ({ index }) => await life.wake(index)));
    const { links: up, dialled } = await this.recovered(options);
    const [still] = endpoints.silent;
    if (still !== undefined) throw stillSilent(still, up);
    const woken = silent.map(({ name }) => name);
    const renewed = life.takeRenewed();
    return { lifted, woken, renewed, timeMs: clock.nowMs() - startedAtMs, links: up, dialled };
  }

  /** Waits until every drawn link that no fault keeps down is up at both ends. @throws {LabError} `LINKS_MISSING`, `ABORTED` */
  async recovered(options: RecoveryOptions): Promise<LinksBack> {
    const { topology, endpoints, clock, links } = this.#ports;
    await endpoints.hold();
    await links.lookAtKernel();
    const now = (): LinkedLab => {
      endpoints.requireChannels();
      return { topology, endpoints: endpoints.all, whyCut: links.whyCut, presence: endpoints.presence };
    };
    return await awaitLinks({ now, refresh: async () => await endpoints.refresh(), clock }, options);
  }

  /** Lifts what is set on a link beyond the topology's own, and waits until it is up. @throws {LabError} as {@link apply} and {@link recovered} */
  async linkUp(a: string, b: string, options: RecoveryOptions): Promise<LinksBack> {
    await this.#look();
    const { topology, placeOf, links } = this.#ports;
    const hit = chosenLinks({ verb: 'link-down', links: [[a, b]] }, topology, placeOf);
    for (const [from, to] of hit) await links.restore(from, to);
    return await this.recovered(options);
  }

  async #look(): Promise<void> {
    await this.#ports.endpoints.hold();
    await this.#ports.links.look();
  }

  /** Peers that announce `shape` are shaped by themselves, never by the kernel. */
  async #unshapeByKernel(): Promise<void> {
    const { kernel, endpoints } = this.#ports;
    if (kernel instanceof Lacking) return;
    const shapedThere = endpoints.all.flatMap((end, peer) => (end?.client.can('shape') === false ? [peer] : []));
    await Promise.all(shapedThere.map(async peer => await kernel.shapeInterface(peer, null)));
  }
}

function stillSilent(client: PeerClient, links: number): LabError {
  const { code, message, advice, details } = client.silence();
  const text = `${message}; everything else is as drawn: ${links} links are up`;
  return new LabError(code, text, { ...(advice === undefined ? {} : { advice }), details, definite: false });
}

function nodeIds(facts: readonly PeerFacts[]): string[] {
  return facts.map(({ nodeId }) => nodeId);
}
