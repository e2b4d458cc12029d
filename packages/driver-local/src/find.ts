/** Finding labs by their sockets, and by nothing else. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LabSummary, RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { KeeperConnection, KeeperGoneError, LabEndingError } from './keeper-connection.ts';
import { localLab } from './lab.ts';
import type { KeeperFacts } from './messages.ts';
import type { LocalSettings } from './options.ts';
import { sweepSocket } from './remove.ts';
import { SOCKET_SUFFIX, socketPath } from './runtime-directory.ts';

/** Finds a lab; undefined when no keeper serves that name. */
export async function findLab(name: string, settings: LocalSettings): Promise<RunningLab | undefined> {
  const socket = socketPath(settings.runtimeDirectory, name);
  const facts = await askFacts(socket, name, settings.answerTimeoutMs);
  return facts === undefined ? undefined : localLab({ facts, socket, settings });
}

/** Every lab of the runtime directory, by name. One whose keeper does not answer is left out. */
export async function listLabs(settings: LocalSettings): Promise<readonly LabSummary[]> {
  const sockets = socketsIn(settings.runtimeDirectory);
  const found = await Promise.all(
    sockets.map(socket =>
      askFacts(socket, basename(socket, SOCKET_SUFFIX), settings.answerTimeoutMs).catch((error: unknown) => {
        if (error instanceof LabError) return undefined;
        throw error;
      }),
    ),
  );
  return found
    .filter(facts => facts !== undefined)
    .map(summary)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What a keeper says of its lab; undefined when there is none, in which case a stale socket is swept.
 * @throws {LabError} `ENGINE_UNREACHABLE`.
 */
export async function askFacts(socket: string, name: string, timeoutMs: number): Promise<KeeperFacts | undefined> {
  const connection = await KeeperConnection.open(socket, name, timeoutMs);
  if (connection === undefined) {
    await sweepSocket(socket);
    return undefined;
  }
  try {
    return (await connection.ask({ ask: 'facts' }, { timeoutMs })) as KeeperFacts;
  } catch (error) {
    if (error instanceof KeeperGoneError || error instanceof LabEndingError) return undefined;
    throw error;
  } finally {
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
