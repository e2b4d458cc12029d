/** Fills in what options.ts leaves open. */
import { availableParallelism } from 'node:os';
import { DEFAULT_PEER_FOOTPRINT_BYTES, type LocalDriverOptions, type LocalSettings } from './options.ts';
import { defaultRuntimeDirectory } from './runtime-directory.ts';

const MEBI = 1024 * 1024;

/** The settings that these options mean. */
export function withDefaults(options: LocalDriverOptions): LocalSettings {
  return {
    peerProgram: options.peerProgram,
    runtimeDirectory: options.runtimeDirectory ?? defaultRuntimeDirectory(process.env),
    parallelism: options.parallelism ?? Math.max(4, 2 * availableParallelism()),
    readyTimeoutMs: options.readyTimeoutMs ?? 30_000,
    stopTimeoutMs: options.stopTimeoutMs ?? 4000,
    answerTimeoutMs: options.answerTimeoutMs ?? 10_000,
    logCharacters: options.logCharacters ?? 64 * MEBI,
    controllerBacklogBytes: options.controllerBacklogBytes ?? 64 * MEBI,
    peerFootprintBytes: options.peerFootprintBytes ?? DEFAULT_PEER_FOOTPRINT_BYTES,
    addresses: options.addresses ?? 'auto',
  };
}
