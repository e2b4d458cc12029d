/** What the engine says of itself. */
import type { Engine } from './engine.ts';

/** The facts that the driver uses. */
export interface EngineFacts {
  /** `linux` or `windows`. */
  readonly osType: string;
  /** In the engine's words: `x86_64`, `aarch64`. */
  readonly architecture: string;
  /** Memory of the engine's machine, in bytes; 0 where it does not tell. */
  readonly memoryBytes: number;
  /** Its processor cores; 1 where it does not tell. */
  readonly cores: number;
}

/** dockerode takes a signal; its types do not say so. */
interface SelfDescribing {
  info(options: { readonly abortSignal: AbortSignal }): Promise<Readonly<Record<string, unknown>>>;
}

/** All that the engine says of itself. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function describeEngine(engine: Engine, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>> {
  const docker = engine.docker as unknown as SelfDescribing;
  return await engine.call('ask the engine about itself', abortSignal => docker.info({ abortSignal }), timeoutMs);
}

/** What kind of engine it is, and what it has. */
export async function engineFacts(engine: Engine): Promise<EngineFacts> {
  const info = await describeEngine(engine);
  return {
    osType: String(info.OSType ?? 'linux'),
    architecture: String(info.Architecture ?? ''),
    memoryBytes: Number(info.MemTotal ?? 0) || 0,
    cores: Number(info.NCPU ?? 1) || 1,
  };
}
