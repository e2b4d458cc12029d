/** What containers take of the machine, as the engine counts it. */
import type { PeerUsage } from '@peerlab/driver';
import { tolerate } from './engine.ts';
import { inParallel } from './parallel.ts';
import type { FoundContainer } from './survey.ts';

/** The engine reads the counters of each container for itself. */
const PARALLEL_READINGS = 8;

/** What is read of the engine's answer; a container that does not run leaves fields out. */
interface Stats {
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
}

/** In the order of the containers; undefined where one is gone or does not run. */
export async function containerUsage(
  containers: readonly (Pick<FoundContainer, 'engine' | 'id'> | undefined)[],
): Promise<readonly (PeerUsage | undefined)[]> {
  const usage: (PeerUsage | undefined)[] = containers.map(() => undefined);
  await inParallel([...containers.keys()], { limit: PARALLEL_READINGS }, async index => {
    const container = containers[index];
    if (container === undefined) return;
    const { engine, id } = container;
    // 'one-shot': without it the engine waits a second for a second reading. The types do not know `abortSignal` here.
    const options: { stream: false; 'one-shot': boolean } = { stream: false, 'one-shot': true };
    const reading = engine.call(`read the resource usage of ${id.slice(0, 12)}`, abortSignal =>
      engine.docker.getContainer(id).stats(Object.assign(options, { abortSignal })),
    );
    usage[index] = usageOf(await tolerate([404, 409], reading));
  });
  return usage;
}

function usageOf(stats: Stats | undefined): PeerUsage | undefined {
  const taken = stats?.memory_stats?.usage;
  const cpuNs = stats?.cpu_stats?.cpu_usage?.total_usage;
  if (taken === undefined || cpuNs === undefined) return undefined;
  // Pages of files that could be given back count as used: `inactive_file` on cgroup v2, `total_` on v1.
  const { total_inactive_file: v1, inactive_file: v2 } = stats?.memory_stats?.stats ?? {};
  return { memoryBytes: Math.max(0, taken - (v1 ?? v2 ?? 0)), cpuMs: cpuNs / 1e6 };
}
