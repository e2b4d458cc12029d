/** Makes the channel of a peer whose kind describes a program; the channel of any other peer stays as it is. */
import {
  type CanExec,
  capability,
  capabilityIfAny,
  dialFromHere,
  LabError,
  Lacking,
  type PeerChannel,
  type PeerFacts,
  type RunningLab,
} from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import type { KindSpec, SetupStep, Topology } from '@peerlab/topology';
import { FoundValues } from './found-values.ts';
import { KeyedMessages } from './keyed-messages.ts';
import { COMMAND_TIMEOUT_MS, SETUP_TIMEOUT_MS } from './program-bounds.ts';
import { ProgramChannel } from './program-channel.ts';
import { ProgramCommands } from './program-commands.ts';
import type { ReadinessPorts } from './readiness.ts';

/** Peers at which one step of `setup` runs at the same time: each is a program that is started. */
const SETUPS_AT_ONCE = 8;
/** Between two attempts of a step that has time, in milliseconds. */
const SETUP_PAUSE_MS = 250;

/** What the programs of one lab share. */
export class ProgramLab {
  readonly keys: KeyedMessages = new KeyedMessages();
  readonly values: FoundValues = new FoundValues();
  readonly running: RunningLab;
  readonly topology: Topology;
  readonly peers: () => readonly PeerFacts[];

  /** @param peers all of them, as they are now */
  constructor(running: RunningLab, topology: Topology, peers: () => readonly PeerFacts[]) {
    this.running = running;
    this.topology = topology;
    this.peers = peers;
  }

  /** The kind of a peer, where it describes a program. */
  kindOf(index: number): KindSpec | undefined {
    const { peers, kinds = [] } = this.topology;
    const name = peers[index]?.settings.kind;
    const kind = name === undefined ? undefined : kinds.find(one => one.name === name);
    return kind?.program === undefined ? undefined : kind;
  }
}

/**
 * The channel by which the lab speaks to a peer.
 * @param raw the peer's own
 * @throws {LabError} `NOT_SUPPORTED` where programs cannot be run beside the peers of this lab
 */
export function openProgram(lab: ProgramLab, index: number, raw: PeerChannel): PeerChannel {
  const kind = lab.kindOf(index);
  const { program: spec } = kind ?? {};
  if (kind === undefined || spec === undefined) return raw;
  const { running, topology, peers, keys, values } = lab;
  const neighbours = neighboursOf(topology, index);
  const exec = execOf(running);
  return new ProgramChannel({
    raw,
    kind: kind.name,
    spec,
    facts: kind.facts ?? {},
    commands: commandsOf(lab, index),
    exec,
    dial: dialOf(lab, index),
    index,
    peers,
    neighbours,
    keys,
    values,
    earlier: () => running.logs(index, { latestRun: true }),
  });
}

/**
 * Runs `setup` of a topology, one step after the other.
 * @throws {LabError} `PEER_FAILED` naming the step that failed, and what it printed last; `NOT_SUPPORTED`
 */
export async function runSetup(lab: ProgramLab, signal?: AbortSignal): Promise<void> {
  const { topology } = lab;
  for (const step of topology.setup ?? []) {
    const waiting = [...step.on];
    const work = async (): Promise<void> => {
      for (let on = waiting.shift(); on !== undefined; on = waiting.shift()) await setUpPeer(lab, on, step, signal);
    };
    await Promise.all(Array.from({ length: Math.min(SETUPS_AT_ONCE, waiting.length) }, work));
  }
}

/** Runs one step at one peer, until it succeeds where it may take a while. */
async function setUpPeer(lab: ProgramLab, on: string, step: SetupStep, signal: AbortSignal | undefined): Promise<void> {
  const { withinMs = 0, ...command } = step;
  const index = lab.topology.peers.findIndex(({ name }) => name === on);
  const commands = commandsOf(lab, index, SETUP_TIMEOUT_MS);
  const giveUpMs = performance.now() + withinMs;
  for (;;) {
    const run = await commands.run(command, {}, signal);
    if (run.isSuccess || signal?.aborted === true) return;
    if (performance.now() >= giveUpMs) {
      const late = withinMs === 0 ? '' : `not within ${withinMs / 1000} s: `;
      throw new LabError('PEER_FAILED', `setup at ${on}: ${late}${run.failure}`, { details: { peer: on } });
    }
    await pause(SETUP_PAUSE_MS, { signal }).catch(() => undefined);
  }
}

function commandsOf(lab: ProgramLab, index: number, timeoutMs: number = COMMAND_TIMEOUT_MS): ProgramCommands {
  const { running, topology, peers, values } = lab;
  return new ProgramCommands({
    exec: execOf(running),
    lab: running.name,
    index,
    peers,
    neighbours: neighboursOf(topology, index),
    volumeOf: place => (topology.peers[place]?.settings.volumes ?? lab.kindOf(place)?.volumes)?.[0],
    values,
    timeoutMs,
  });
}

function neighboursOf({ links }: Topology, index: number): number[] {
  return links.flatMap(({ a, b }) => (a === index ? [b] : b === index ? [a] : []));
}

/** A driver that does not offer it has its peers on networks of this machine. */
function dialOf({ running, peers }: ProgramLab, index: number): ReadinessPorts['dial'] {
  const offered = capabilityIfAny(running, 'dial');
  if (offered !== undefined) return async (port, options) => await offered.dial(index, port, options);
  return async (port, options) => await dialFromHere(peers()[index]?.address ?? '', port, options);
}

/** @throws {LabError} `NOT_SUPPORTED` */
function execOf(running: RunningLab): CanExec {
  const exec = capability(running, 'exec');
  if (!(exec instanceof Lacking)) return exec;
  const message = `${running.name} cannot run commands beside its peers: ${exec.reason}`;
  throw new LabError('NOT_SUPPORTED', message, exec.advice === undefined ? {} : { advice: exec.advice });
}
