/**
 * Records a lab as a trace (packages/trace): every event of every peer, each copy of a message included, how the peers
 * come and go, and what is done to the lab.
 */

import { weaker } from '@peerlab/conditions';
import type { PeerEvent } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';
import { capabilityIfAny } from '@peerlab/driver';
import { topologyToJson } from '@peerlab/topology';
import {
  type LabTraceEvent,
  type PeerState,
  TRACE_VERSION,
  type TraceHeader,
  TraceRecorder,
  type TraceSink,
  type TraceTopology,
} from '@peerlab/trace';
import type { CheckFinding } from './checks/check.ts';
import type { Lab, LabPeer } from './lab.ts';
import { membersOf } from './links/membership.ts';
import type { MessageFinding } from './messages/send-message.ts';
import { aside } from './peers/aside.ts';

/** How a lab is recorded. */
export interface RecordOptions {
  /** Links that are up already, if that is known; by default the peers are asked. */
  readonly linksUp?: TraceHeader['linksUp'] | undefined;
}

/**
 * Records a lab from now on, into the sink, until {@link Recording.end}. Follows peers that are started again.
 * @throws {LabError} what the peers answer to the question for their links
 */
export async function recordLab(lab: Lab, sink: TraceSink, options: RecordOptions = {}): Promise<Recording> {
  const linksUp = options.linksUp ?? (await aside(lab.running, () => linksThatAreUp(lab)));
  const recording = new Recording(lab, linksUp, sink);
  await recording.traced();
  return recording;
}

/** A recording that goes on. */
export class Recording {
  readonly #lab: Lab;
  readonly #recorder: TraceRecorder;
  readonly #clients: Map<string, PeerClient> = new Map();
  readonly #states: Map<string, string> = new Map();
  readonly #stops: (() => void)[] = [];
  readonly #traced: Set<PeerClient> = new Set();
  readonly #turnedOn: Promise<unknown>[] = [];
  #isEnded = false;

  /** Use {@link recordLab}, which waits until the peers report every copy. */
  constructor(lab: Lab, linksUp: TraceHeader['linksUp'], sink: TraceSink) {
    this.#lab = lab;
    const startedAtMs = performance.now();
    const virtual = capabilityIfAny(lab.running, 'passTime');
    const now = (): number => virtual?.nowMs ?? performance.now() - startedAtMs;
    for (const peer of lab.peers) this.#states.set(peer.name, `${stateOf(peer)} ${peer.isolated === true}`);
    this.#recorder = new TraceRecorder(headerOf(lab, linksUp), now, sink);
    this.#stops.push(lab.onOpened(client => this.#listenTo(client)));
  }

  /** Resolves once every peer that can report its copies has been asked to. */
  async traced(): Promise<void> {
    await Promise.allSettled(this.#turnedOn.splice(0));
  }

  /** Asks the peers again to report every copy: another watcher may have turned that off when it ended. */
  async traceAgain(): Promise<void> {
    this.#traced.clear();
    this.look();
    await this.traced();
  }

  /** Records what happened to the lab, or was done to it; and, beside it, peers that came or went since. */
  note(event: LabTraceEvent): void {
    this.#recorder.note(event);
    this.look();
  }

  /** Records what a check found. */
  checked({ timeMs: _, ...finding }: CheckFinding): void {
    this.note({ event: 'check', ...finding });
  }

  /** Records what a message of the lab's found. */
  judged({ received: _, timeMs: __, frames, predictedFrames, ...finding }: MessageFinding): void {
    this.note({ event: 'message', ...finding, frames: frames ?? null, predictedFrames: predictedFrames ?? null });
  }

  /** Compares the peers' states, as of the lab's latest look, with what was recorded, and records what differs. */
  look(): void {
    for (const end of this.#lab.endpoints) if (end !== undefined) this.#turnOn(end.client);
    for (const peer of this.#lab.peers) this.#stateIs(peer.name, stateOf(peer), peer.isolated === true);
  }

  /** Ends the recording with its closing line, and lets the peers be quiet about their copies again. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const stop of this.#stops) stop();
    this.#recorder.end();
    const traced = [...this.#clients.values()].filter(client => client.can('trace'));
    await aside(this.#lab.running, () =>
      Promise.allSettled(traced.map(client => client.ask({ command: 'trace', on: false }))),
    );
  }

  #listenTo(client: PeerClient): void {
    const isAnother = this.#clients.has(client.name);
    this.#clients.set(client.name, client);
    this.#stops.push(
      client.onEvent((event, atMs) => this.#heard(client, event, atMs)),
      client.onBreach(({ message }) => this.#recorder.note({ event: 'note', text: message })),
    );
    if (isAnother) this.#stateIs(client.name, 'running', false);
    this.#turnOn(client);
    void client.ended.then(() => {
      if (this.#isEnded || this.#clients.get(client.name) !== client) return;
      // A channel that this lab let go of itself, because the peer is paused or gone, is told by look().
      if (client.end?.reason !== 'let go') this.#stateIs(client.name, 'stopped', false);
    });
  }

  #heard(client: PeerClient, event: PeerEvent, atMs: number | undefined): void {
    this.#recorder.heard(client.name, event, atMs);
    // A peer that was just started has not said before what it can do.
    if (event.event === 'ready') this.#turnOn(client);
  }

  #turnOn(client: PeerClient): void {
    if (this.#isEnded || client.isAway || !client.can('trace') || this.#traced.has(client)) return;
    this.#traced.add(client);
    const turnedOn = aside(this.#lab.running, () => client.ask({ command: 'trace', on: true }));
    this.#turnedOn.push(turnedOn.catch(() => undefined));
  }

  #stateIs(name: string, state: PeerState, isolated: boolean): void {
    const words = `${state} ${isolated}`;
    if (this.#states.get(name) === words) return;
    this.#states.set(name, words);
    this.#recorder.note({ event: 'peer-state', name, state, ...(isolated ? { isolated } : {}) });
  }
}

function headerOf(lab: Lab, linksUp: TraceHeader['linksUp']): TraceHeader {
  const { running, topology, endpoints } = lab;
  return {
    trace: TRACE_VERSION,
    lab: lab.name,
    driver: running.driver,
    seed: topology.seed,
    startedAt: new Date().toISOString(),
    clock: capabilityIfAny(running, 'passTime') === undefined ? 'wall' : 'virtual',
    topology: JSON.parse(topologyToJson(topology)) as TraceTopology,
    peers: lab.peers.map(peer => {
      const { index, name, nodeId, address } = peer;
      // A peer may use its own id.
      const client = endpoints[index]?.client;
      return { name, nodeId: client?.info.nodeId ?? nodeId, address, state: stateOf(peer) };
    }),
    linksUp,
  };
}

function stateOf({ state, silentMs }: LabPeer): PeerState {
  return silentMs === undefined ? state : 'silent';
}

async function linksThatAreUp(lab: Lab): Promise<TraceHeader['linksUp']> {
  const { endpoints } = lab;
  const places = new Map(endpoints.flatMap((end, i) => (end === undefined ? [] : [[end.client.info.nodeId, i]])));
  const told = await Promise.all(
    endpoints.map(async (end, i) => {
      if (end?.client.takes('neighbours') !== true) return [];
      const told = await membersOf(end.client);
      return (typeof told === 'string' ? [] : (told?.links ?? [])).map(
        ({ peer, security }) => [i, places.get(peer) ?? -1, security] as const,
      );
    }),
  );
  const pairs = new Map(told.flat().map(([a, b, security]) => [`${a} ${b}`, security]));
  // Up is what both ends say is up.
  return told
    .flat()
    .filter(([a, b]) => a < b && pairs.has(`${b} ${a}`))
    .map(([a, b, security]) => {
      const protection = weaker(security, pairs.get(`${b} ${a}`));
      return protection === undefined ? ([a, b] as const) : ([a, b, protection] as const);
    });
}
