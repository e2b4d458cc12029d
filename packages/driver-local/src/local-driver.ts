/**
 * The local driver: one process per peer, each on its own loopback address, for a machine without Docker. A lab
 * stays up in one background process, its keeper, and is found again by that one's socket. The life of a lab is in up.ts,
 * find.ts and lab.ts; the keeper's side in keeper/lab-keeper.ts; settings are in options.ts.
 */
import type {
  ClaimOptions,
  Driver,
  LabPlan,
  LabSummary,
  Leftover,
  Probe,
  RunningLab,
  WorkContext,
} from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { claimName } from './claim.ts';
import { findLab, listLabs } from './find.ts';
import { findLeftovers, removeLeftover } from './leftovers.ts';
import type { LocalDriverOptions, LocalSettings } from './options.ts';
import { ensureRuntimeDirectory, ignoredRuntimeDirectory, socketPath } from './runtime-directory.ts';
import { raiseLab } from './up.ts';
import { withDefaults } from './with-defaults.ts';

/** Makes the driver. Nothing is started or written before the first call. */
export function createLocalDriver(options: LocalDriverOptions): Driver {
  return new LocalDriver(withDefaults(options));
}

class LocalDriver implements Driver {
  readonly name = 'local';
  readonly #settings: LocalSettings;

  constructor(settings: LocalSettings) {
    this.#settings = settings;
  }

  async probe(): Promise<Probe> {
    if (process.platform === 'win32') {
      return { available: false, reason: 'peers as local processes need Linux or macOS', isAbsent: true };
    }
    try {
      ensureRuntimeDirectory(this.#settings.runtimeDirectory);
      socketPath(this.#settings.runtimeDirectory, 'x'.repeat(128));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const advice = error instanceof LabError ? error.advice : undefined;
      return { available: false, reason, ...(advice === undefined ? {} : { advice }) };
    }
    const ignored = ignoredRuntimeDirectory(process.env);
    const reason = 'peers run as local processes on loopback addresses';
    return { available: true, reason: ignored === undefined ? reason : `${reason}; ${ignored}` };
  }

  async up(plan: LabPlan, context: WorkContext): Promise<RunningLab> {
    return raiseLab(plan, this.#settings, context);
  }

  async claim(name: string, options: ClaimOptions): Promise<AsyncDisposable> {
    return await claimName(name, this.#settings, options);
  }

  async find(name: string): Promise<RunningLab | undefined> {
    return findLab(name, this.#settings);
  }

  async list(): Promise<readonly LabSummary[]> {
    return listLabs(this.#settings);
  }

  async leftovers(): Promise<readonly Leftover[]> {
    return findLeftovers(this.#settings);
  }

  async removeLeftover(leftover: Leftover): Promise<void> {
    await removeLeftover(leftover, this.#settings);
  }
}
