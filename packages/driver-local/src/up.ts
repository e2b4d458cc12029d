/**
 * `up`: finds the lab's keeper or starts one, and has it start what is missing. Two processes may do so for one name at the
 * same time: the name's lock lets one keeper be, and both talk to that one.
 */

import { hostname, userInfo } from 'node:os';
import type { LabPlan, RunningLab, WorkContext } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { claimName } from './claim.ts';
import { askFacts } from './find.ts';
import { requireInstalled } from './installed.ts';
import { type KeeperConnection, KeeperGoneError, LabEndingError } from './keeper-connection.ts';
import { localLab } from './lab.ts';
import type { UpAnswer } from './messages.ts';
import type { LocalSettings } from './options.ts';
import { preflight } from './preflight.ts';
import { reachKeeper } from './reach-keeper.ts';
import { ensureRuntimeDirectory, socketPath } from './runtime-directory.ts';
import { type StartedKeeper, startKeeper } from './start-keeper.ts';

/** How often a keeper that comes up, or goes, is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 20;

/**
 * Makes or repairs the lab.
 * @throws {LabError} as {@link Driver.up} says.
 */
export async function raiseLab(plan: LabPlan, settings: LocalSettings, context: WorkContext): Promise<RunningLab> {
  if (context.signal.aborted) throw interrupted(plan);
  requireCommands(plan);
  requireInstalled(plan);
  ensureRuntimeDirectory(settings.runtimeDirectory);
  const socket = socketPath(settings.runtimeDirectory, plan.name);
  // A throw-away lab has a name that nobody else wants.
  const isClaimed = plan.ephemeral || context.claim !== undefined;
  await using _claim = isClaimed ? undefined : await claimName(plan.name, settings, context);
  const there = await askFacts(socket, plan.name, settings.answerTimeoutMs);
  const running = there?.peers.filter(peer => peer.state === 'running').length ?? 0;
  if (there === undefined || there.hash === plan.hash) preflight(plan.peers.length - running, plan, settings);
  // A keeper that is shutting down takes as long as its slowest peer.
  const giveUpMs = performance.now() + settings.stopTimeoutMs + 2 * settings.answerTimeoutMs;
  while (performance.now() < giveUpMs) {
    if (context.signal.aborted) throw interrupted(plan);
    const lab = await attempt(plan, socket, settings, context);
    if (lab !== undefined) return lab;
    await pause(LOOK_AGAIN_MS);
  }
  throw new LabError('ENGINE_UNREACHABLE', `the lab keeper of ${plan.name} neither answered nor ended in time`, {
    advice: `check the process "peerlab-keeper ${plan.name}"`,
    details: { lab: plan.name, socket },
  });
}

/** A process is started by a command line; an image has none that would run here. */
function requireCommands(plan: LabPlan): void {
  const peer = plan.peers.find(({ kind }) => kind !== undefined && (kind.program ?? kind.command) === undefined);
  if (peer?.kind === undefined) return;
  throw new LabError('NOT_SUPPORTED', `the kind ${peer.kind.name}, of ${peer.name}, is an image, not a process`, {
    advice: 'add command: to the kind, or use --driver docker',
    details: { lab: plan.name, peer: peer.name, kind: peer.kind.name },
  });
}

/** Undefined: another keeper has the name and is just coming or going. */
async function attempt(
  plan: LabPlan,
  socket: string,
  settings: LocalSettings,
  context: WorkContext,
): Promise<RunningLab | undefined> {
  const { peerProgram, parallelism, readyTimeoutMs, stopTimeoutMs, logCharacters, controllerBacklogBytes, addresses } =
    settings;
  let connection = await reachKeeper(socket, plan.name, settings.answerTimeoutMs);
  let keeper: StartedKeeper | undefined;
  if (connection === undefined) {
    const started = await startKeeper(
      {
        lab: plan.name,
        socket,
        settings: {
          peerProgram,
          parallelism,
          readyTimeoutMs,
          stopTimeoutMs,
          logCharacters,
          controllerBacklogBytes,
          addresses,
        },
      },
      settings.answerTimeoutMs,
    );
    if (started === 'taken') return undefined;
    keeper = started;
    connection = await reachKeeper(socket, plan.name, settings.answerTimeoutMs);
  }
  let lab: RunningLab | undefined;
  try {
    if (connection !== undefined) lab = await askUp(connection, plan, socket, settings, context);
    return lab;
  } catch (error) {
    if (error instanceof LabEndingError || error instanceof KeeperGoneError) return undefined;
    throw error;
  } finally {
    if (lab === undefined || !plan.ephemeral) connection?.close();
    if (keeper !== undefined) await keeper.letGo();
  }
}

async function askUp(
  connection: KeeperConnection,
  plan: LabPlan,
  socket: string,
  settings: LocalSettings,
  { signal, report, keepsFailed }: WorkContext,
): Promise<RunningLab> {
  let id: number | undefined;
  const { answerTimeoutMs, readyTimeoutMs, stopTimeoutMs } = settings;
  const abort = (): void => {
    if (id === undefined) return;
    connection.ask({ ask: 'abort', up: id }, { timeoutMs: answerTimeoutMs }).catch(() => undefined);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { facts, started } = (await connection.ask(
      { ask: 'up', plan, owner: thisOwner(), cwd: process.cwd(), keepsFailed },
      {
        timeoutMs: readyTimeoutMs + stopTimeoutMs + answerTimeoutMs,
        onProgress: report,
        onAsked: asked => {
          id = asked;
          if (signal.aborted) queueMicrotask(abort);
        },
      },
    )) as UpAnswer;
    const handle = { facts, socket, settings, started: new Map(started) };
    return localLab(plan.ephemeral ? { ...handle, lifeline: connection } : handle);
  } catch (error) {
    if (signal.aborted && !(error instanceof LabError && !error.definite)) throw interrupted(plan, error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function interrupted(plan: LabPlan, cause?: unknown): LabError {
  return new LabError('ABORTED', `up of ${plan.name} was interrupted`, { details: { lab: plan.name }, cause });
}

function thisOwner(): string {
  return `${userName()}@${hostname()}:${process.pid}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
