/** How a container ended, in one clause: asked of the engine when its output has ended. */
import { constants } from 'node:os';
import { type ChannelEnd, LabError } from '@peerlab/driver';
import { dialectOf } from './dialect.ts';
import { type Engine, refusedStatus } from './engine.ts';

/** How long a container may take from the end of its output to its end, in milliseconds. */
const SETTLE_MS = 5000;

/** The status of a program that SIGKILL has ended. */
const KILLED = 128 + constants.signals.SIGKILL;

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
    const limitBytes = exitCode === KILLED ? await exceededBytes(engine, containerId) : undefined;
    return limitBytes === undefined ? describeExit(exitCode) : outOfMemory(limitBytes, exitCode);
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
export async function announceEnd(
  engine: Engine,
  { containerId, memoryBytes, signal }: AnnouncedContainer,
): Promise<ChannelEnd | undefined> {
  const sinceS = Math.floor(Date.now() / 1000) - CLOCK_SLACK_S;
  try {
    const container = engine.docker.getContainer(containerId);
    const waited = await container.wait({ condition: 'removed', abortSignal: signal });
    const { tellsStatusOfRemoved } = await dialectOf(engine);
    const exitCode = tellsStatusOfRemoved ? statusOf(waited) : await statusInEvents(engine, containerId, sinceS);
    if (exitCode === undefined) return { reason: 'ended, and the engine has removed it' };
    const isForMemory =
      memoryBytes !== undefined && exitCode === KILLED && (await sawOutOfMemory(engine, containerId, sinceS));
    return isForMemory ? outOfMemory(memoryBytes, exitCode) : describeExit(exitCode);
  } catch {
    return undefined;
  }
}

/** A container whose end is announced. */
export interface AnnouncedContainer {
  readonly containerId: string;
  /** Its memory limit, in bytes; left out where none is told. */
  readonly memoryBytes?: number;
  /** Ends the announcement. */
  readonly signal: AbortSignal;
}

/** How far the engine's clock may be from this machine's, in seconds. */
const CLOCK_SLACK_S = 3600;

/** The exit status of a container in the engine's past events; undefined where it is not there. Never rejects. */
async function statusInEvents(engine: Engine, containerId: string, sinceS: number): Promise<number | undefined> {
  try {
    return await engine.call(
      'ask how the container ended',
      async abortSignal => {
        const untilS = Math.ceil(Date.now() / 1000) + 1;
        const filters = { container: [containerId] };
        const events = await engine.docker.getEvents({ since: sinceS, until: untilS, filters, abortSignal });
        let text = '';
        for await (const chunk of events) text += String(chunk);
        return exitStatus(text);
      },
      SETTLE_MS,
    );
  } catch {
    return undefined;
  }
}

/** The exit status in events of one container, one JSON object a line; of several runs, that of the last. */
export function exitStatus(events: string): number | undefined {
  const deaths = events
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as { Action?: string; Actor?: { Attributes?: { exitCode?: string } } })
    .filter(({ Action, Actor }) => Action === 'die' && Actor?.Attributes?.exitCode !== undefined);
  const status = Number(deaths.at(-1)?.Actor?.Attributes?.exitCode ?? Number.NaN);
  return Number.isInteger(status) ? status : undefined;
}

/** Asks the engine's past events, which it keeps for a while also of containers that it has removed. Never rejects. */
async function sawOutOfMemory(engine: Engine, containerId: string, sinceS: number): Promise<boolean> {
  try {
    const untilS = Math.ceil(Date.now() / 1000);
    return await engine.call(
      'ask how the container ended',
      async abortSignal => {
        const filters = { container: [containerId], event: ['oom'] };
        const events = await engine.docker.getEvents({ since: sinceS, until: untilS, filters, abortSignal });
        for await (const _ of events) return true;
        return false;
      },
      SETTLE_MS,
    );
  } catch {
    return false;
  }
}

/** The end of a program that needed more memory than its limit. @param limitBytes 0: not known */
export function outOfMemory(limitBytes: number, exitCode: number): ChannelEnd {
  const limit = limitBytes > 0 ? ` of ${Math.round(limitBytes / MEBIBYTE)} MiB` : '';
  const reason = `killed for memory: it needed more than its limit${limit}; memory: in the topology file raises it`;
  return { reason, exitCode };
}

const MEBIBYTE = 1024 ** 2;

/** An exit status in words. */
export function describeExit(exitCode: number): ChannelEnd {
  const signal = exitCode > SIGNAL_BASE ? signalName(exitCode - SIGNAL_BASE) : undefined;
  return { reason: signal === undefined ? `exited with status ${exitCode}` : `killed by ${signal}`, exitCode };
}

/** The limit of a container that was killed for it, in bytes; undefined for another one. */
async function exceededBytes(engine: Engine, containerId: string): Promise<number | undefined> {
  const inspected = await engine.call('inspect the container', abortSignal =>
    engine.docker.getContainer(containerId).inspect({ abortSignal }),
  );
  return inspected.State.OOMKilled ? (inspected.HostConfig.Memory ?? 0) : undefined;
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

function statusOf(waited: unknown): number {
  const { StatusCode } = waited as { StatusCode?: unknown };
  return typeof StatusCode === 'number' ? StatusCode : -1;
}
