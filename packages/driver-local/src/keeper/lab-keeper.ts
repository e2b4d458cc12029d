/**
 * The lab keeper: the one process behind a local lab. It holds the lab's name and addresses, runs the peers, and serves
 * any number of controllers. It ends when the lab is removed, when a throw-away lab's owner goes, or when the `up` that
 * was to make the lab fails.
 */
import type { LabPlan, PeerPlace, PlannedPeer } from '@peerlab/driver';
import { LabError, PeerTemplates } from '@peerlab/driver';
import type { Asked, KeeperFacts, Operation, StartAnswer, UpAnswer } from '../messages.ts';
import type { KeeperSettings } from '../options.ts';
import { type Controller, EndingError } from './controller.ts';
import { Executions } from './executions.ts';
import { type LabAddresses, takeAddresses } from './loopback.ts';
import { Peer } from './peer.ts';
import { peerProcessEnvironment } from './peer-environment.ts';
import type { PeerVolumes } from './peer-volumes.ts';
import { aborted, peerFolder, startPeers } from './start-peers.ts';

/** A peer's share of the lab's log memory is within these, in characters. */
const LEAST_LOG_CHARACTERS = 64 * 1024;
const MOST_LOG_CHARACTERS = 1024 * 1024;

type UpAsked = Extract<Asked, { ask: 'up' }>;

/** A lab while its keeper lives. */
export class LabKeeper {
  readonly #settings: KeeperSettings;
  readonly #volumes: PeerVolumes;
  readonly #onEnd: (answered: Promise<void>) => void;
  readonly #ups: Map<Controller, Map<number, AbortController>> = new Map();
  readonly #createdAtMs: number = Date.now();
  readonly #executions: Executions = new Executions();
  #plan: LabPlan | undefined;
  #owner = '';
  #cwd = '';
  #addresses: LabAddresses | undefined;
  #templates: PeerTemplates | undefined;
  #peers: readonly Peer[] = [];
  #established = false;
  #ownerController: Controller | undefined;
  #starterWaits = true;
  #pendingUps = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | undefined;

  /** `onEnd` is called once, when every peer is gone; the promise resolves when those who asked have their answer. */
  constructor(settings: KeeperSettings, volumes: PeerVolumes, onEnd: (answered: Promise<void>) => void) {
    this.#settings = settings;
    this.#volumes = volumes;
    this.#onEnd = onEnd;
  }

  /** Takes a question; every one is answered. */
  take(controller: Controller, asked: Asked): void {
    try {
      this.#take(controller, asked);
    } catch (error) {
      controller.refuse(asked.id, error);
    }
  }

  /** A controller's connection has ended. */
  gone(controller: Controller): void {
    for (const abort of this.#ups.get(controller)?.values() ?? []) abort.abort();
    this.#ups.delete(controller);
    for (const peer of this.#peers) peer.forget(controller);
    this.#executions.forget(controller);
    if (controller === this.#ownerController) void this.end();
  }

  /** Who started the keeper asks for nothing any more. True when the keeper stays: there is a lab, or another `up`. */
  starterLeft(): boolean {
    this.#starterWaits = false;
    this.#endIfIdle();
    return this.#ending === undefined;
  }

  /** Kills every peer without waiting: for the keeper's own sudden end. */
  killAll(): void {
    for (const peer of this.#peers) peer.kill();
  }

  /** Removes the lab: peers, then addresses. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    for (const ups of this.#ups.values()) for (const abort of ups.values()) abort.abort();
    await this.#stop(this.#peers);
    await this.#queue;
    await this.#stop(this.#peers);
    this.#addresses?.release();
    const answers = this.#downAsked.map(
      ({ controller, id }) => new Promise<void>(resolve => controller.answer(id, {}, resolve)),
    );
    this.#onEnd(Promise.all(answers).then(() => undefined));
  }

  readonly #downAsked: { readonly controller: Controller; readonly id: number }[] = [];

  #take(controller: Controller, asked: Asked): void {
    const { id } = asked;
    switch (asked.ask) {
      case 'down':
        this.#downAsked.push({ controller, id });
        void this.end();
        return;
      case 'abort':
        this.#ups.get(controller)?.get(asked.up)?.abort();
        controller.answer(id, {});
        return;
    }
    if (this.#ending !== undefined) throw new EndingError();
    switch (asked.ask) {
      case 'up':
        void this.#up(controller, asked);
        return;
      case 'facts':
        controller.answer(id, this.#facts());
        return;
      case 'attach':
        controller.answer(id, this.#peer(asked.index).attach(controller));
        return;
      case 'subscribe':
        controller.answer(id, {});
        this.#peer(asked.index).subscribe(controller, { run: asked.run, from: asked.from, tail: asked.tail });
        return;
      case 'detach':
        this.#peer(asked.index).detach(controller, asked.run);
        controller.answer(id, {});
        return;
      case 'write':
        this.#peer(asked.index).write(asked.run, asked.line);
        controller.answer(id, {});
        return;
      case 'folder':
        controller.answer(id, peerFolder(this.#peer(asked.index).planned, this.#cwd));
        return;
      case 'exec':
        this.#execute(controller, asked).then(
          () => controller.answer(id, {}),
          (error: unknown) => controller.refuse(id, error),
        );
        return;
      case 'exec-input':
      case 'exec-kill':
        this.#executions.tell(controller, asked).then(
          () => controller.answer(id, {}),
          (error: unknown) => controller.refuse(id, error),
        );
        return;
      case 'logs':
        controller.answer(id, this.#peer(asked.index).lines(asked.tail, asked.latestRun === true));
        return;
      case 'operate':
        this.#operate(this.#peer(asked.index), asked).then(
          answer => controller.answer(id, answer),
          (error: unknown) => controller.refuse(id, error),
        );
        return;
    }
  }

  async #execute(controller: Controller, asked: Extract<Asked, { ask: 'exec' }>): Promise<void> {
    const peer = this.#peer(asked.index);
    const plan = this.#plan;
    if (plan === undefined) throw new EndingError();
    await this.#executions.start(controller, asked, peer, {
      env: peerProcessEnvironment(plan, peer.planned, peer.place),
      cwd: peerFolder(peer.planned, this.#cwd),
    });
  }

  async #operate(peer: Peer, operation: Operation): Promise<StartAnswer> {
    const { stopTimeoutMs } = this.#settings;
    if (operation.do === 'kill') await peer.end(operation.signal, stopTimeoutMs);
    else if (operation.do === 'stop') await peer.leave(stopTimeoutMs);
    else if (operation.do === 'pause') peer.pause();
    else if (operation.do === 'unpause') peer.unpause();
    else return await this.#startOne(peer);
    return {};
  }

  /** In its turn: an `up` may be about to start the same peer. */
  async #startOne(peer: Peer): Promise<StartAnswer> {
    const turn = this.#queue.then(async () => {
      const plan = this.#plan;
      if (peer.running || plan === undefined) return {};
      if (this.#ending !== undefined) throw new EndingError();
      let started: StartAnswer = {};
      const { signal } = new AbortController();
      const onStarted = (_: Peer, run: number): void => {
        started = { run };
      };
      try {
        const onReady = (): void => undefined;
        this.#makeVolumes([peer]);
        await startPeers([peer], { plan, settings: this.#settings, cwd: this.#cwd, signal, onStarted, onReady });
      } catch (error) {
        await this.#stop([peer]);
        throw error;
      }
      return started;
    });
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }

  /** One `up` after the other; the first one accepted says which lab this is. */
  async #up(controller: Controller, asked: UpAsked): Promise<void> {
    try {
      this.#accept(asked);
    } catch (error) {
      controller.refuse(asked.id, error);
      return;
    }
    const abort = new AbortController();
    const ups = this.#ups.get(controller) ?? new Map<number, AbortController>();
    this.#ups.set(controller, ups.set(asked.id, abort));
    this.#pendingUps += 1;
    const turn = this.#queue.then(() => this.#bringUp(controller, asked, abort.signal));
    this.#queue = turn.catch(() => undefined);
    try {
      const answer = await turn;
      if (asked.plan.ephemeral) this.#ownerController ??= controller;
      controller.answer(asked.id, answer);
    } catch (error) {
      controller.refuse(asked.id, error);
    } finally {
      ups.delete(asked.id);
      this.#pendingUps -= 1;
      this.#endIfIdle();
    }
  }

  #accept({ plan, owner }: UpAsked): void {
    const mine = this.#plan;
    if (mine === undefined) {
      this.#plan = plan;
      this.#owner = owner;
      return;
    }
    if (mine.hash === plan.hash && mine.ephemeral === plan.ephemeral) return;
    const why =
      mine.hash === plan.hash
        ? `it is ${mine.ephemeral ? 'a throw-away lab' : 'a lasting lab'}, created by ${this.#owner}`
        : 'its topology differs';
    throw new LabError('NAME_TAKEN', `a lab named ${plan.name} already exists, and ${why}`, {
      advice: `lab down ${plan.name} removes it; or give this one another name`,
      details: { lab: plan.name, hash: mine.hash, owner: this.#owner },
    });
  }

  async #bringUp(
    controller: Controller,
    { id, plan, cwd, keepsFailed }: UpAsked,
    signal: AbortSignal,
  ): Promise<UpAnswer> {
    if (signal.aborted) throw aborted(plan);
    this.#cwd = cwd;
    const total = plan.peers.length;
    controller.tell({ id, progress: { step: 'network', state: 'started', detail: 'looking for free addresses' } });
    this.#addresses ??= await takeAddresses(plan.name, total, this.#settings.addresses);
    const { network } = this.#addresses;
    const detail = `${network.name}  ${network.subnet}, this machine's processes`;
    controller.tell({ id, progress: { step: 'network', state: 'done', detail } });
    this.#layOut(plan, this.#addresses);
    const missing = this.#peers.filter(peer => !peer.running);
    const started: [Peer, number][] = [];
    let up = total - missing.length;
    const tell = (state: 'started' | 'running'): void =>
      controller.tell({ id, progress: { step: 'peers', state, detail: `${up} of ${total}` } });
    tell('started');
    const onReady = (): void => {
      up += 1;
      tell('running');
    };
    const onStarted = (peer: Peer, run: number): void => void started.push([peer, run]);
    try {
      this.#makeVolumes(missing);
      await startPeers(missing, { plan, settings: this.#settings, cwd, signal, onStarted, onReady });
    } catch (error) {
      const isKept = keepsFailed === true && !signal.aborted;
      if (isKept) this.#established = true;
      else await this.#stop(started.map(([peer]) => peer));
      throw error;
    }
    this.#established = true;
    const places = new Set(this.#peers.map(({ place }) => `${place.address}:${place.port}`)).size;
    const what = new Set(this.#peers.map(({ place }) => place.address)).size === places ? 'addresses' : 'ports';
    controller.tell({ id, progress: { step: 'peers', state: 'done', detail: `${up} up, ${places} ${what}` } });
    return { facts: this.#facts(), started: started.map(([peer, run]) => [peer.planned.index, run]) };
  }

  /** Of a first start: those that are there keep what they hold. */
  #makeVolumes(peers: readonly Peer[]): void {
    for (const { planned } of peers) if (this.#templates !== undefined) this.#volumes.make(planned, this.#templates);
  }

  #layOut(plan: LabPlan, addresses: LabAddresses): void {
    const share = Math.floor(this.#settings.logCharacters / Math.max(1, plan.peers.length));
    const characters = Math.min(MOST_LOG_CHARACTERS, Math.max(LEAST_LOG_CHARACTERS, share));
    const placeOf = (planned: PlannedPeer): PeerPlace => {
      return { ...addresses.of(planned.index), data: this.#volumes.dataOf(planned) };
    };
    const templates = new PeerTemplates(plan, plan.peers, placeOf);
    this.#templates = templates;
    const planned = plan.peers.map(peer => templates.filled(peer));
    if (this.#peers.length === 0) {
      this.#peers = planned.map(peer => new Peer(plan.name, peer, placeOf(peer), characters));
    }
    for (const peer of this.#peers) {
      const again = planned[peer.planned.index];
      if (!peer.running && again !== undefined) peer.planned = again;
    }
  }

  #facts(): KeeperFacts {
    const plan = this.#plan;
    const addresses = this.#addresses;
    if (plan === undefined || addresses === undefined) throw new EndingError();
    return {
      name: plan.name,
      hash: plan.hash,
      topology: plan.topology,
      ephemeral: plan.ephemeral,
      owner: this.#owner,
      createdAtMs: this.#createdAtMs,
      network: addresses.network,
      peers: this.#peers.map(peer => peer.facts),
    };
  }

  #peer(index: number): Peer {
    const peer = this.#peers[index];
    if (peer !== undefined) return peer;
    const lab = this.#plan?.name ?? '';
    throw new LabError('NO_SUCH_PEER', `the lab ${lab} has no peer with index ${index}`, {
      details: { lab, index, peers: this.#peers.length },
    });
  }

  async #stop(peers: readonly Peer[]): Promise<void> {
    await Promise.all(peers.map(peer => peer.stop(this.#settings.stopTimeoutMs)));
  }

  #endIfIdle(): void {
    if (!this.#established && this.#pendingUps === 0 && !this.#starterWaits) void this.end();
  }
}
