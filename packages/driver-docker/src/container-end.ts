/** How a container ended, in one clause: asked of the engine when its output has ended. */
import { constants } from 'node:os';
import { type ChannelEnd, LabError } from '@peerlab/driver';
import { type Engine, refusedStatus } from './engine.ts';

/** How long a container may take from the end of its output to its end, in milliseconds. */
const SETTLE_MS = 5000;

/** Signals are told by a status of 128 plus the signal's number. */
const SIGNAL_BASE = 128;

/**
 * Finds out how a container ended. Never rejects: where the engine cannot tell, the clause says so.
 */
export async function containerEnd(engine: Engine, containerId: string): Promise<ChannelEnd> {
  const container = engine.docker.getContainer(containerId);
  try {
    const waited: unknown = await engine.call(
      'wait for the container',
      abortSignal => container.wait({ condition: 'not-running', abortSignal }),
      SETTLE_MS,
    );
    const exitCode = statusOf(waited);
    const killedForMemory = exitCode === SIGNAL_BASE + 9 && (await ranOutOfMemory(engine, containerId));
    return killedForMemory
      ? { reason: 'killed by the kernel: it needed more memory than its limit', exitCode }
      : describeExit(exitCode);
  } catch (error) {
    if (refusedStatus(error) === 404) return { reason: 'ended, and the engine has removed it' };
    const reason = `its output ended; the engine at ${engine.where} does not say why`;
    const failure = await engineFailure(engine, error);
    return failure === undefined ? { reason } : { reason, failure };
  }
}

/** Why the engine is gone, where that is why it did not say; undefined where it answers: the container runs on, or is slow to end. */
async function engineFailure(engine: Engine, error: unknown): Promise<LabError | undefined> {
  if (!(error instanceof LabError) || error.code !== 'ENGINE_UNREACHABLE') return undefined;
  try {
    await engine.call('ask whether it answers', () => engine.docker.ping(), SETTLE_MS);
    return undefined;
  } catch (gone) {
    return gone instanceof LabError ? gone : undefined;
  }
}

/**
 * Asks, before the container starts, to be told how it ends: an engine that removes a container by itself cannot be
 * asked afterwards. Resolves to undefined when the engine does not tell.
 */
export function announceEnd(engine: Engine, containerId: string, signal: AbortSignal): Promise<ChannelEnd | undefined> {
  return engine.docker
    .getContainer(containerId)
    .wait({ condition: 'removed', abortSignal: signal })
    .then((waited: unknown) => describeExit(statusOf(waited)))
    .catch(() => undefined);
}

/** An exit status in words. */
export function describeExit(exitCode: number): ChannelEnd {
  const signal = exitCode > SIGNAL_BASE ? signalName(exitCode - SIGNAL_BASE) : undefined;
  return { reason: signal === undefined ? `exited with status ${exitCode}` : `killed by ${signal}`, exitCode };
}

async function ranOutOfMemory(engine: Engine, containerId: string): Promise<boolean> {
  const inspected = await engine.call('inspect the container', abortSignal =>
    engine.docker.getContainer(containerId).inspect({ abortSignal }),
  );
  return inspected.State.OOMKilled;
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

function statusOf(waited: unknown): number {
  const { StatusCode } = waited as { StatusCode?: unknown };
  return typeof StatusCode === 'number' ? StatusCode : -1;
}
