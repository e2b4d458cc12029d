/** Opening the engines that the user names: each with its connection, and which of them keeps what a lab has once. */
import { type EngineSpec, LabError, requireDistinctEngines } from '@peerlab/driver';
import { connectNamed, type EngineConnection } from './connect.ts';
import { createEngine, type Engine } from './engine.ts';
import { EngineAddressError } from './engine-address.ts';
import type { Fleet } from './fleet.ts';
import { DockerClient } from './load-dockerode.ts';
import { theseSurroundings } from './surroundings.ts';
import { swarmFacts } from './swarm.ts';
import { wrongEndpoint } from './wrong-endpoint.ts';

/** How long an engine may take to tell its place in the Swarm, in milliseconds: one across an ocean takes a tenth of that. */
const ROLE_TIMEOUT_MS = 5000;

/**
 * The engines that these specs name, each as it can be asked. Nothing is asked of them yet.
 * @param requestTimeoutMs how long one request may take, in milliseconds
 * @throws {LabError} `NOT_SUPPORTED` for two of one name or endpoint, and for an endpoint that cannot be understood or is not safe
 */
export function openEngines(specs: readonly EngineSpec[], requestTimeoutMs: number): readonly Engine[] {
  requireDistinctEngines(specs);
  return specs.map(spec => createEngine(connectionOf(spec), requestTimeoutMs));
}

/** The fleet of the engines that these specs name. @throws {LabError} as {@link openEngines} */
export async function openFleet(specs: readonly EngineSpec[], requestTimeoutMs: number): Promise<Fleet> {
  return await fleetOf(specs, openEngines(specs, requestTimeoutMs));
}

/**
 * The engines that a lab was made on, as its labels name them. One whose endpoint means nothing on this machine is in the fleet, and
 * answers nothing.
 */
export async function reopenFleet(specs: readonly EngineSpec[], requestTimeoutMs: number): Promise<Fleet> {
  return await fleetOf(
    specs,
    specs.map(spec => {
      try {
        return createEngine(connectionOf(spec), requestTimeoutMs);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        return silentEngine(spec, asUnreachable(error));
      }
    }),
  );
}

/**
 * Of several, the first that manages the Swarm keeps what a lab has once. Where none that answers does, it is the first that answers:
 * labs can be looked at and removed there, and `requireSwarm` says why none can be made.
 */
async function fleetOf(specs: readonly EngineSpec[], engines: readonly Engine[]): Promise<Fleet> {
  const [first, ...others] = engines;
  if (first === undefined) throw new Error('a fleet has at least one engine');
  if (others.length === 0) return { engines, control: first, nodes: new Map(), specs };
  const told = await Promise.all(
    engines.map(async engine => await swarmFacts(engine, ROLE_TIMEOUT_MS).catch(() => undefined)),
  );
  const managing = engines.find((_, i) => told[i]?.role === 'manager');
  const control = managing ?? engines.find((_, i) => told[i] !== undefined) ?? first;
  const nodes = engines.flatMap((engine, i) => (told[i] === undefined ? [] : [[engine, told[i].node] as const]));
  return { engines, control, nodes: new Map(nodes), specs };
}

function silentEngine({ name, endpoint }: EngineSpec, error: LabError): Engine {
  return {
    docker: new DockerClient({ socketPath: '/nonexistent/docker.sock' }),
    name,
    where: endpoint,
    local: false,
    call: async () => await Promise.reject(error),
  };
}

/** Of a lab that is there, made where the endpoint meant something: nothing that the user has to correct. */
function asUnreachable({ message, advice, details, cause }: LabError): LabError {
  return new LabError('ENGINE_UNREACHABLE', message, { ...(advice === undefined ? {} : { advice }), details, cause });
}

function connectionOf(spec: EngineSpec): EngineConnection {
  try {
    return connectNamed(spec, theseSurroundings());
  } catch (error) {
    if (!(error instanceof EngineAddressError)) throw error;
    throw wrongEndpoint(spec, error);
  }
}
