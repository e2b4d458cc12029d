/**
 * One engine as the driver uses it: every request has a bound, and every failure is a LabError that tells whether the
 * engine is gone or has refused.
 */

import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type Dockerode from 'dockerode';
import type { EngineConnection } from './connect.ts';
import { accessAdvice, socketAccess } from './socket-access.ts';

/** An engine. */
export interface Engine {
  readonly docker: Dockerode;
  readonly where: string;
  readonly local: boolean;
  /**
   * Makes one request. `what` completes "could not …": `create the container peerlab-x-n0`.
   * @throws {LabError} `ENGINE_UNREACHABLE` when there is no answer within the bound; `ENGINE_REFUSED`, with the HTTP
   *   status in `details.status`, when the answer is an error.
   */
  call<T>(what: string, request: (signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T>;
}

/** How long a request may take at an engine that left the one before unanswered, in milliseconds. */
const SUSPECT_TIMEOUT_MS = 5000;

/**
 * Makes an engine of a connection.
 * @param requestTimeoutMs how long a request may take, where it does not say otherwise, in milliseconds
 * @param suspectTimeoutMs how long one may take after another was not answered
 */
export function createEngine(
  connection: EngineConnection,
  requestTimeoutMs: number,
  suspectTimeoutMs: number = SUSPECT_TIMEOUT_MS,
): Engine {
  // After a first request without an answer the others wait less: a frozen engine is not waited for at each of them.
  let isSuspect = false;
  return {
    docker: connection.docker,
    where: connection.where,
    local: connection.local,
    call: async (what, request, timeoutMs = requestTimeoutMs) => {
      try {
        const boundMs = isSuspect ? Math.min(timeoutMs, suspectTimeoutMs) : timeoutMs;
        const answer = await bounded(connection, what, request, boundMs);
        isSuspect = false;
        return answer;
      } catch (error) {
        isSuspect = error instanceof LabError && error.code === 'ENGINE_UNREACHABLE' && timeoutMs >= requestTimeoutMs;
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

async function bounded<T>(
  connection: EngineConnection,
  what: string,
  request: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  const controller = new AbortController();
  let timer: Timer | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = startTimer(() => {
      reject(new Silence(`no answer within ${timeoutMs} ms`));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([request(controller.signal), silence]);
  } catch (error) {
    throw translate(connection, what, error);
  } finally {
    stopTimer(timer);
  }
}

class Silence extends Error {}

/** Codes with which the request cannot have reached an engine. */
const NEVER_REACHED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH']);

function translate({ where, socketPath }: EngineConnection, what: string, error: unknown): LabError {
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
          : 'start the engine, or point DOCKER_HOST or the Docker context at one that runs',
      details: { engine: where },
      cause: error,
      definite: code !== undefined && NEVER_REACHED.has(code),
    },
  );
}
