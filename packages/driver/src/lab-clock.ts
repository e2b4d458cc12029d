/** A lab's time: this machine's, or, of a simulated lab, its own. */
import { pause } from '@peerlab/timers';
import { capabilityIfAny } from './capabilities/capability.ts';
import type { RunningLab } from './running-lab.ts';

/** See the module's header. */
export interface LabClock {
  /** True for a lab whose time passes only as far as it is needed. */
  readonly isVirtual: boolean;
  /** In milliseconds, from any beginning. */
  nowMs(): number;
  /** Resolves when the clock has come to this time; at once if it is past. @throws what the signal fires with */
  until(atMs: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of a lab. */
export function clockOf(running: RunningLab): LabClock {
  const virtual = capabilityIfAny(running, 'passTime');
  if (virtual === undefined) return MACHINE_CLOCK;
  const nowMs = (): number => virtual.nowMs;
  return {
    isVirtual: true,
    nowMs,
    until: async atMs => {
      const leftMs = atMs - nowMs();
      if (leftMs > 0) await virtual.passTime(leftMs);
    },
  };
}

/** This machine's time. */
export const MACHINE_CLOCK: LabClock = {
  isVirtual: false,
  nowMs: () => performance.now(),
  until: async (atMs, signal) => {
    const leftMs = atMs - performance.now();
    if (leftMs > 0) await pause(leftMs, { signal });
  },
};
