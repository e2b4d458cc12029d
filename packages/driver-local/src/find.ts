/** Finding labs: by their keepers' sockets, and by the keepers' processes where a socket was deleted or says nothing. */
import { readdirSync } from 'node:fs';
import { uptime } from 'node:os';
import { basename, join } from 'node:path';
import type { LabSummary, RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import { KeeperGoneError, LabEndingError } from './keeper-connection.ts';
import { type KeeperProcess, keeperOf, keepersIn } from './keeper-processes.ts';
import { localLab } from './lab.ts';
import type { KeeperFacts } from './messages.ts';
import type { LocalSettings } from './options.ts';
import { reachKeeper, whySilent } from './reach-keeper.ts';
import { sweepSocket } from './remove.ts';
import { SOCKET_SUFFIX, socketPath } from './runtime-directory.ts';
import { SilentLab, silentPeers } from './silent-lab.ts';

/**
 * Finds a lab; undefined when there is no keeper of that name. One whose keeper does not answer can only be removed.
 * @throws {LabError} `ENGINE_UNREACHABLE` when the keeper does not answer, and its process cannot be seen either
 */
export async function findLab(name: string, settings: LocalSettings): Promise<RunningLab | undefined> {
  const socket = socketPath(settings.runtimeDirectory, name);
  try {
    const facts = await askFacts(socket, name, settings.answerTimeoutMs);
    return facts === undefined ? undefined : localLab({ facts, socket, settings });
  } catch (error) {
    const keeper = error instanceof LabError ? keeperOf(socket) : undefined;
    if (keeper === undefined) throw error;
    return new SilentLab(keeper);
  }
}

/** Every lab of the runtime directory, by name; of one whose keeper does not answer, what its processes tell. */
export async function listLabs(settings: LocalSettings): Promise<readonly LabSummary[]> {
  const keepers = keepersIn(settings.runtimeDirectory);
  const sockets = new Set([...socketsIn(settings.runtimeDirectory), ...keepers.map(({ socket }) => socket)]);
  const found = await Promise.all(
    [...sockets].map(async (socket): Promise<LabSummary | undefined> => {
      const keeper = keepers.find(other => other.socket === socket);
      const name = keeper?.lab ?? basename(socket, SOCKET_SUFFIX);
      try {
        const facts = await askFacts(socket, name, settings.answerTimeoutMs);
        return facts === undefined ? undefined : summary(facts);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        return silentSummary(name, keeper, error.message);
      }
    }),
  );
  return found.filter(lab => lab !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** When a keeper that has not answered is looked at whether it is frozen, in milliseconds. */
const LOOK_MS = 250;

/**
 * What a keeper says of its lab; undefined when there is none, in which case a stale socket is swept.
 * @throws {LabError} `ENGINE_UNREACHABLE`.
 */
export async function askFacts(socket: string, name: string, timeoutMs: number): Promise<KeeperFacts | undefined> {
  const connection = await reachKeeper(socket, name, timeoutMs);
  if (connection === undefined) {
    await sweepSocket(socket);
    return undefined;
  }
  const look = startTimer(() => {
    const keeper = keeperOf(socket);
    if (keeper?.process.isStopped === true) connection.giveUp(whySilent(keeper));
  }, LOOK_MS);
  try {
    return (await connection.ask({ ask: 'facts' }, { timeoutMs })) as KeeperFacts;
  } catch (error) {
    if (error instanceof KeeperGoneError || error instanceof LabEndingError) return undefined;
    throw error;
  } finally {
    stopTimer(look);
    connection.close();
  }
}

function socketsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter(file => file.endsWith(SOCKET_SUFFIX))
      .map(file => join(directory, file));
  } catch {
    return [];
  }
}

function summary(facts: KeeperFacts): LabSummary {
  return {
    name: facts.name,
    driver: 'local',
    hash: facts.hash,
    subnet: facts.network.subnet,
    peers: facts.peers.length,
    running: facts.peers.filter(peer => peer.state === 'running').length,
    ephemeral: facts.ephemeral,
    createdAtMs: facts.createdAtMs,
    owner: facts.owner,
  };
}

/** Clock ticks of proc(5) in a second: 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;

function silentSummary(name: string, keeper: KeeperProcess | undefined, silent: string): LabSummary {
  const peers = keeper === undefined ? [] : silentPeers(keeper);
  const ageS = keeper === undefined ? 0 : uptime() - keeper.process.startedAtTicks / TICKS_PER_S;
  return {
    name,
    driver: 'local',
    hash: '',
    subnet: '',
    peers: peers.length,
    running: peers.filter(peer => peer.state === 'running').length,
    ephemeral: false,
    createdAtMs: Math.round(Date.now() - ageS * 1000),
    owner: '',
    silent,
  };
}
