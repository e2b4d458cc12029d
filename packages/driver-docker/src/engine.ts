/**
 * One engine as the driver uses it: every request has a bound, and every failure is a LabError that tells whether the
 * engine is gone or has refused.
 */

import { LabError } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { AttendedTimer } from './attended-timer.ts';
import type { EngineConnection } from './connect.ts';
import { accessAdvice, socketAccess } from './socket-access.ts';

/** An engine. */
export interface Engine {
  readonly docker: Dockerode;
  /** The user's name for it; empty for the one that the environment names. */
  readonly name: string;
  readonly where: string;
  readonly local: boolean;
  /**
   * Makes one request. `what` completes "could not …": `create the container peerlab-x-n0`.
   * @throws {LabError} `ENGINE_UNREACHABLE` when there is no answer within the bound; `ENGINE_REFUSED`, with the HTTP
   *   status in `details.status`, when the answer is an error.
   */
  call<T>(what: string, request: (signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T>;
}

/** When an engine is taken as one that hangs. */
export interface HangBounds {
  /**
   * How long a request may take at an engine that left the one before unanswered, in milliseconds.
   * @default 4000: one that goes on answers within that, and what is left to do at one that hangs is over soon
   */
  readonly suspectTimeoutMs?: number;
  /**
   * How long a request may go unanswered before the engine is asked whether it answers at all, in milliseconds.
   * @default 5000: hardly any request takes longer, and one that does is none the worse for the question
   */
  readonly doubtMs?: number;
  /**
   * How long that answer may take, in milliseconds.
   * @default 8000: it costs the engine nothing, but a machine may be so busy that nothing runs for seconds
   */
  readonly pingTimeoutMs?: number;
}

const HANG_BOUNDS: Required<HangBounds> = { suspectTimeoutMs: 4000, doubtMs: 5000, pingTimeoutMs: 8000 };

/**
 * Makes an engine of a connection.
 * @param requestTimeoutMs how long a request may take, where it does not say otherwise, in milliseconds: an engine that works
 *   may need that long, while one that hangs is known sooner
 */
export function createEngine(
  connection: EngineConnection,
  requestTimeoutMs: number,
  hangBounds: HangBounds = {},
): Engine {
  const bounds = { ...HANG_BOUNDS, ...hangBounds };
  // After a first request without an answer the others wait less: a frozen engine is not waited for at each of them.
  let isSuspect = false;
  /** Of the requests that wait for an answer: what is to be done when another one finds that the engine hangs. */
  const waiting = new Set<() => void>();
  return {
    docker: connection.docker,
    name: connection.name ?? '',
    where: connection.where,
    local: connection.local,
    call: async (what, request, timeoutMs = requestTimeoutMs) => {
      try {
        const boundMs = isSuspect ? Math.min(timeoutMs, bounds.suspectTimeoutMs) : timeoutMs;
        const answer = await bounded(connection, what, request, { ...bounds, timeoutMs: boundMs, waiting });
        isSuspect = false;
        return answer;
      } catch (error) {
        const isUnanswered = error instanceof LabError && error.code === 'ENGINE_UNREACHABLE';
        const isHang = isUnanswered && error.cause instanceof Hang;
        isSuspect = isUnanswered && (isHang || timeoutMs >= requestTimeoutMs);
        if (isHang) for (const hurry of waiting) hurry();
        throw error;
      }
    },
  };
}

/**
 * The HTTP status with which the engine refused; undefined for every other error.
 */
export function refusedStatus(error: unknown): number | undefined {
  if (!(error instanceof LabError) || error.code !== 'ENGINE_REFUSED') return undefined;
  return typeof error.details.status === 'number' ? error.details.status : undefined;
}

/**
 * Resolves to undefined where the engine refused with one of these statuses: 404 for what is gone, 304 and 409 for what
 * is done already.
 */
export async function tolerate<T>(statuses: readonly number[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const status = refusedStatus(error);
    if (status !== undefined && statuses.includes(status)) return undefined;
    throw error;
  }
}

interface Bounds extends Required<HangBounds> {
  readonly timeoutMs: number;
  readonly waiting: Set<() => void>;
}

async function bounded<T>(
  connection: EngineConnection,
  what: string,
  request: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, suspectTimeoutMs, doubtMs, pingTimeoutMs, waiting }: Bounds,
): Promise<T> {
  const controller = new AbortController();
  const timers = new Set<AttendedTimer>();
  let isOver = false;
  let hurry = (): void => undefined;
  const silence = new Promise<never>((_, reject) => {
    const giveUp = (error: Error): void => {
      reject(error);
      controller.abort();
    };
    const after = (ms: number, act: () => void): void => void timers.add(new AttendedTimer(act, ms));
    after(timeoutMs, () => giveUp(new Silence(`no answer within ${timeoutMs} ms`)));
    hurry = () =>
      after(suspectTimeoutMs, () =>
        giveUp(new Hang(`no answer, and none to others for ${suspectTimeoutMs} ms and more`)),
      );
    const ask = async (): Promise<void> => {
      const isAlive = await answersPing(connection, pingTimeoutMs);
      if (isOver) return;
      if (isAlive) after(doubtMs, ask);
      else giveUp(new Hang(`no answer within ${doubtMs} ms, nor to a ping within ${pingTimeoutMs} ms`));
    };
    after(doubtMs, ask);
  });
  waiting.add(hurry);
  try {
    return await Promise.race([request(controller.signal), silence]);
  } catch (error) {
    throw translate(connection, what, error);
  } finally {
    isOver = true;
    waiting.delete(hurry);
    for (const timer of timers) timer.stop();
  }
}

/** Whether the engine answers the least question; where it cannot be reached, the request itself says so. */
async function answersPing({ docker }: EngineConnection, timeoutMs: number): Promise<boolean> {
  const abort = new AbortController();
  let timer: AttendedTimer | undefined;
  const late = new Promise<false>(resolve => {
    timer = new AttendedTimer(() => resolve(false), timeoutMs);
  });
  // The client's types leave its options out.
  const ping = docker.ping.bind(docker) as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
  const pinged = ping({ abortSignal: abort.signal }).then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([pinged, late]);
  } finally {
    timer?.stop();
    abort.abort();
  }
}

class Silence extends Error {}

/** An engine that answers nothing at all. */
class Hang extends Silence {}

/** Codes with which the request cannot have reached an engine. */
const NEVER_REACHED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH']);

function translate({ name, where, socketPath }: EngineConnection, what: string, error: unknown): LabError {
  if (error instanceof LabError) return error;
  const { statusCode, code, message, json } = error as {
    statusCode?: number;
    code?: string;
    message?: string;
    json?: { message?: string } | null;
  };
  if (typeof statusCode === 'number') {
    const said = json?.message ?? message ?? `status ${statusCode}`;
    return new LabError('ENGINE_REFUSED', `could not ${what}: ${said}`, {
      details: { status: statusCode, engine: where, said },
      cause: error,
      definite: statusCode < 500,
    });
  }
  const why = code === 'EACCES' ? 'this user may not open the socket' : (message ?? String(error));
  return new LabError(
    'ENGINE_UNREACHABLE',
    `could not ${what}: the Docker engine at ${where} does not answer: ${why}`,
    {
      advice:
        code === 'EACCES' && socketPath !== undefined
          ? accessAdvice(socketAccess(socketPath))
          : name === undefined
            ? 'start the engine, or point DOCKER_HOST or the Docker context at one that runs'
            : `start the engine ${name}, or leave it out`,
      details: { engine: where, ...(name === undefined ? {} : { engineName: name }) },
      cause: error,
      definite: code !== undefined && NEVER_REACHED.has(code),
    },
  );
}
