/**
 * What kind of engine answers: Docker, or Podman, which speaks Docker's API. Where the two differ and no one request suits both, the
 * driver asks here (docs/PODMAN.md lists the differences).
 */
import type { Engine } from './engine.ts';

/** How an engine keeps Docker's API. */
export interface Dialect {
  readonly product: 'Docker' | 'Podman';
  /** The product's: `20.10.24`. */
  readonly version: string;
  /** Whether waiting for the removal of a container tells its exit status. Podman tells 0, and the status in its events alone. */
  readonly tellsStatusOfRemoved: boolean;
  /** Whether one may attach to a container, and leave, without an effect on what it reads. */
  readonly attachesHarmlessly: boolean;
}

/** dockerode takes a signal; its types do not say so. */
interface Versioned {
  version(options: { readonly abortSignal: AbortSignal }): Promise<VersionAnswer>;
}

/** What is read of an engine's answer about its version. */
export interface VersionAnswer {
  readonly Version?: unknown;
  readonly Components?: readonly { readonly Name?: unknown }[] | null;
}

const asked = new WeakMap<Engine, Promise<Dialect>>();

/** That of an engine, which is asked once. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function dialectOf(engine: Engine): Promise<Dialect> {
  return await (asked.get(engine) ?? askForDialect(engine));
}

/** The same, asked now. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function askForDialect(engine: Engine, timeoutMs?: number): Promise<Dialect> {
  const docker = engine.docker as unknown as Versioned;
  const answer = engine
    .call('ask for the version', abortSignal => docker.version({ abortSignal }), timeoutMs)
    .then(readDialect);
  asked.set(engine, answer);
  // One that did not answer is asked again.
  answer.catch(() => asked.delete(engine));
  return await answer;
}

/** The dialect of the engine that gives this answer. */
export function readDialect({ Version, Components }: VersionAnswer): Dialect {
  const isPodman = (Components ?? []).some(({ Name }) => Name === 'Podman Engine');
  return {
    product: isPodman ? 'Podman' : 'Docker',
    version: String(Version ?? 'of an unknown version'),
    tellsStatusOfRemoved: !isPodman,
    attachesHarmlessly: !isPodman,
  };
}
