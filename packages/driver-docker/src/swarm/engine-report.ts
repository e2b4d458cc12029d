/** What an engine reports, for people who put several together: `lab engines`. */
import type { LabError } from '@peerlab/driver';
import type { Engine } from '../engine.ts';
import { describeEngine } from '../engine-facts.ts';
import { isUnreachable } from '../fleet.ts';
import { readSwarm, type SwarmFacts } from '../swarm.ts';

/** An engine that answers. */
export interface EngineReport {
  readonly name: string;
  /** Its endpoint, for people. */
  readonly where: string;
  /** What it calls itself. Two endpoints with one id lead to one engine, or to two that share /etc/docker/key.json. */
  readonly id: string;
  readonly version: string;
  /** `linux/x86_64`. */
  readonly system: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** From this machine to the engine and back: the quickest of three, in milliseconds. */
  readonly roundTripMs: number;
  readonly swarm: SwarmFacts;
}

/** One that does not. */
export interface SilentReport {
  readonly name: string;
  readonly where: string;
  readonly error: LabError;
}

/** What all engines reported. */
export interface EnginesReport {
  readonly engines: readonly EngineReport[];
  readonly silent: readonly SilentReport[];
}

/** How often an engine is pinged: the first ping opens the connection. */
const PINGS = 3;

/** How long an engine may take to answer, in milliseconds: as for one across an ocean that is busy. */
const ANSWER_MS = 10_000;

/** Asks every engine at once. @throws {LabError} `ENGINE_REFUSED` */
export async function reportEngines(engines: readonly Engine[]): Promise<EnginesReport> {
  const answers = await Promise.all(
    engines.map(async engine => {
      try {
        return { engine: await reportOf(engine) };
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        return { silent: { name: engine.name, where: engine.where, error } };
      }
    }),
  );
  return {
    engines: answers.flatMap(({ engine }) => engine ?? []),
    silent: answers.flatMap(({ silent }) => silent ?? []),
  };
}

async function reportOf(engine: Engine): Promise<EngineReport> {
  const info = await describeEngine(engine, ANSWER_MS);
  return {
    name: engine.name,
    where: engine.where,
    id: String(info.ID ?? ''),
    version: String(info.ServerVersion ?? 'of an unknown version'),
    system: `${info.OSType ?? 'linux'}/${info.Architecture ?? 'unknown'}`,
    cores: Number(info.NCPU ?? 0) || 0,
    memoryBytes: Number(info.MemTotal ?? 0) || 0,
    roundTripMs: await roundTripOf(engine),
    swarm: readSwarm(info),
  };
}

async function roundTripOf(engine: Engine): Promise<number> {
  // The client's types leave its options out.
  const ping = engine.docker.ping.bind(engine.docker) as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
  let quickest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PINGS; i++) {
    const began = performance.now();
    await engine.call('ping the engine', abortSignal => ping({ abortSignal }), ANSWER_MS);
    quickest = Math.min(quickest, performance.now() - began);
  }
  return quickest;
}
