/** An engine in one clause. */
import type { EngineReport } from './swarm/engine-report.ts';

/** `Docker 20.10.24, 2 cores, 23.5 GiB, answers within 0.9 ms, worker at 198.18.0.12`. */
export function engineLabel({ version, cores, memoryBytes, roundTripMs, swarm }: EngineReport): string {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const place = swarm.role === 'none' ? 'in no Swarm' : `${swarm.role} at ${swarm.address}`;
  return `Docker ${version}, ${cores} cores, ${memory}, answers within ${roundTripMs.toFixed(1)} ms, ${place}`;
}
