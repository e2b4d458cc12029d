/**
 * The engines that a driver works with: the one that the environment names, or several that the user names (open-fleet.ts). A lab on
 * several has its containers made on each and meeting on an overlay network of the engines' Swarm; labels are its state there as well.
 */
import { type EngineSpec, LabError, type SilentEngine } from '@peerlab/driver';
import type { Engine } from './engine.ts';

/** See the module's header. */
export interface Fleet {
  /** In the user's order, at least one. */
  readonly engines: readonly Engine[];
  /** Keeps what a lab has once: its claim, its network, the notes of its cuts. Of several it manages their Swarm. */
  readonly control: Engine;
  /** The ids of engines in their Swarm, empty outside one: of those that answered when the fleet was opened. */
  readonly nodes: ReadonlyMap<Engine, string>;
  /** How the user names them; empty for the one that the environment names. */
  readonly specs: readonly EngineSpec[];
}

/** The fleet of one engine. */
export function fleetOfOne(engine: Engine): Fleet {
  return { engines: [engine], control: engine, nodes: new Map(), specs: [] };
}

/** True where labs span several engines. */
export function isSpanning({ engines }: Pick<Fleet, 'engines'>): boolean {
  return engines.length > 1;
}

/** The engine of that name; the control where there is none of it. */
export function engineNamed({ engines, control }: Fleet, name: string | undefined): Engine {
  return engines.find(engine => engine.name === name) ?? control;
}

/** What a fleet answered, and which of its engines did not. */
export interface FleetAnswer<T> {
  readonly found: readonly T[];
  readonly silent: readonly Silence[];
}

/** An engine that did not answer, and its failure. */
export interface Silence {
  readonly engine: Engine;
  readonly error: LabError;
}

/**
 * Asks every engine at once. One of several that does not answer is named, and the others count.
 * @throws {LabError} `ENGINE_UNREACHABLE` where none answers; whatever an engine refuses
 */
export async function askEach<T>(
  { engines }: Pick<Fleet, 'engines'>,
  ask: (engine: Engine) => Promise<readonly T[]>,
): Promise<FleetAnswer<T>> {
  const answers = await Promise.allSettled(engines.map(async engine => await ask(engine)));
  const found: T[] = [];
  const silent: Silence[] = [];
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') found.push(...answer.value);
    else if (isUnreachable(answer.reason)) silent.push({ engine: engines[i] as Engine, error: answer.reason });
    else throw answer.reason;
  }
  const [first] = silent;
  if (first !== undefined && silent.length === engines.length) throw first.error;
  return { found, silent };
}

/** True for the failure of an engine that does not answer. */
export function isUnreachable(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'ENGINE_UNREACHABLE';
}

/** Such an engine in one clause: `engine b does not answer`. */
export function silenceClause({ engine }: Pick<Silence, 'engine'>): string {
  return engine.name === ''
    ? `the Docker engine at ${engine.where} does not answer`
    : `engine ${engine.name} does not answer`;
}

/** For those who are to be told. */
export function silentEngine({ engine, error }: Silence): SilentEngine {
  return { name: engine.name, reason: error.message, advice: error.advice };
}
