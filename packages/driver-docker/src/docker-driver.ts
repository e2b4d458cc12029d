/**
 * The Docker driver: one container per peer, one internal network per lab, labels as the only state; on one engine, or on several
 * (fleet.ts). Only this folder knows Docker. The life of a lab is in up.ts, find.ts and lab.ts; settings are in options.ts.
 */
import type {
  ClaimOptions,
  Diagnosis,
  Driver,
  EngineSpec,
  LabPlan,
  LabSummary,
  Leftover,
  Probe,
  RunningLab,
  WorkContext,
} from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { claimName } from './claim.ts';
import type { EngineConnection } from './connect.ts';
import { diagnose } from './diagnose.ts';
import { createEngine } from './engine.ts';
import { EngineAddressError, engineName, findEngineAddress, isEngineAbsent, missingSocket } from './engine-address.ts';
import { findLab, listLabs } from './find.ts';
import { type Fleet, fleetOfOne } from './fleet.ts';
import type { Span } from './labels.ts';
import { findLeftovers, removeLeftover } from './leftovers.ts';
import { type DockerDriverOptions, type DockerSettings, withDefaults } from './options.ts';
import { probeFleet } from './probe-fleet.ts';
import { theseSurroundings } from './surroundings.ts';
import { raiseLab } from './up.ts';
import { requireEndpoints } from './wrong-endpoint.ts';

/**
 * Makes the driver. Nothing is asked of the engine before the first call.
 * @throws {LabError} `NOT_SUPPORTED` for an engine whose endpoint cannot be understood, or is not safe
 */
export function createDockerDriver(options: DockerDriverOptions): Driver {
  requireEndpoints(options.engines ?? []);
  return new DockerDriver(withDefaults(options), options.docker);
}

class DockerDriver implements Driver {
  readonly name = 'docker';
  readonly #settings: DockerSettings;
  readonly #docker: DockerDriverOptions['docker'];
  /** Of labs that span other engines than this driver was given, by the engines' names and endpoints. */
  readonly #others: Map<string, Promise<Fleet>> = new Map();
  #opened: Fleet | undefined;

  constructor(settings: DockerSettings, docker: DockerDriverOptions['docker']) {
    this.#settings = settings;
    this.#docker = docker;
  }

  async probe(): Promise<Probe> {
    try {
      return await probeFleet(await this.#fleet(), this.#settings.probeTimeoutMs);
    } catch (error) {
      return { available: false, reason: oneClause(error), ...whatToDo(error) };
    }
  }

  async up(plan: LabPlan, context: WorkContext): Promise<RunningLab> {
    return raiseLab(await this.#fleet(), this.#settings, plan, context);
  }

  async claim(name: string, options: ClaimOptions): Promise<AsyncDisposable> {
    return await claimName((await this.#fleet()).control, name, options);
  }

  async find(name: string): Promise<RunningLab | undefined> {
    const fleet = await this.#fleet();
    return await findLab(fleet, this.#settings, name, async span => await this.#otherFleet(fleet, span));
  }

  async list(): Promise<readonly LabSummary[]> {
    const fleet = await this.#fleet();
    return await listLabs(fleet, this.#settings, async span => await this.#otherFleet(fleet, span));
  }

  async leftovers(): Promise<readonly Leftover[]> {
    return findLeftovers(await this.#fleet());
  }

  async removeLeftover(leftover: Leftover): Promise<void> {
    await removeLeftover(await this.#fleet(), leftover);
  }

  async diagnose(): Promise<readonly Diagnosis[]> {
    return diagnose(await this.#fleet(), this.#settings);
  }

  async #fleet(): Promise<Fleet> {
    this.#opened ??= await this.#open();
    return this.#opened;
  }

  async #open(): Promise<Fleet> {
    const { engines, requestTimeoutMs } = this.#settings;
    if (engines.length === 0) return fleetOfOne(createEngine(await this.#connection(), requestTimeoutMs));
    const { openFleet } = await import('./open-fleet.ts');
    return await openFleet(engines, requestTimeoutMs);
  }

  /** The engines of a lab that spans some that this driver was not given; undefined where it was given all of them. */
  async #otherFleet({ specs }: Fleet, { engines }: Span): Promise<Fleet | undefined> {
    const isGiven = ({ name, endpoint }: EngineSpec): boolean =>
      specs.some(own => own.name === name && own.endpoint === endpoint);
    if (engines.every(isGiven)) return undefined;
    const { reopenFleet } = await import('./open-fleet.ts');
    const key = JSON.stringify(engines);
    const opened = this.#others.get(key) ?? reopenFleet(engines, this.#settings.requestTimeoutMs);
    this.#others.set(key, opened);
    return await opened;
  }

  async #connection(): Promise<EngineConnection> {
    if (this.#docker !== undefined) return { docker: this.#docker, where: 'the given connection', local: true };
    try {
      // Loading the client takes longer than most commands do: where there cannot be an engine, it is not loaded.
      const around = theseSurroundings();
      const address = findEngineAddress(around);
      const missing = missingSocket(address, around);
      if (missing !== undefined) throw noEngine(engineName(address), missing, isEngineAbsent(address, around));
      const { connectEngine } = await import('./connect.ts');
      return connectEngine(around);
    } catch (error) {
      if (!(error instanceof EngineAddressError)) throw error;
      throw new LabError('ENGINE_UNREACHABLE', error.message, {
        advice: error.advice,
        cause: error,
      });
    }
  }
}

/** @param isAbsent none was ever installed here, as far as one can see */
function noEngine(where: string, socket: string, isAbsent: boolean): LabError {
  return new LabError('ENGINE_UNREACHABLE', `the Docker engine at ${where} does not answer: there is no ${socket}`, {
    advice: isAbsent
      ? 'install an engine (on a bare Debian machine: scripts/docker-engine.sh)'
      : 'start the engine, or point DOCKER_HOST or the Docker context at one that runs',
    details: { engine: where, isAbsent },
    definite: true,
  });
}

/** The advice of what went wrong, and whether the engine may have labs nevertheless. */
function whatToDo(error: unknown): Pick<Probe, 'advice' | 'isAbsent'> {
  const { advice = 'check the engine', details = {} } = error instanceof LabError ? error : {};
  return { advice, ...(details.isAbsent === true ? { isAbsent: true } : {}) };
}

function oneClause(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^could not ask for the version: /, '');
}
