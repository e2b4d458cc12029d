/**
 * One suite that every driver passes, unchanged: `describeDriverConformance(target)` in a test file of vitest. Each file
 * of suite/ is one part of what `Driver` promises.
 */
import { afterEach, describe } from 'vitest';
import { describeCapabilities } from './suite/capabilities/index.ts';
import { describeChannels } from './suite/channels.ts';
import { describeEphemeral } from './suite/ephemeral.ts';
import { describeFailures } from './suite/failures.ts';
import { describeLife } from './suite/life.ts';
import { describeLinks } from './suite/links.ts';
import { describeLogs } from './suite/logs.ts';
import { describeNames } from './suite/names.ts';
import { describeOperations } from './suite/operations.ts';
import { describeRepair } from './suite/repair.ts';
import { describeShapes } from './suite/shapes.ts';
import type { ConformancePart, ConformanceTarget } from './target.ts';
import { createWorkbench, type Workbench } from './workbench.ts';

export { eventually } from './eventually.ts';
export type { ConformancePart, ConformanceTarget } from './target.ts';

const PARTS: Readonly<Record<ConformancePart, (bench: Workbench) => void>> = {
  life: describeLife,
  channels: describeChannels,
  links: describeLinks,
  logs: describeLogs,
  repair: describeRepair,
  names: describeNames,
  failures: describeFailures,
  ephemeral: describeEphemeral,
  operations: describeOperations,
  shapes: describeShapes,
  capabilities: describeCapabilities,
};

/**
 * Declares the suite for a driver. Labs have unique names, so that several runs can work in parallel.
 */
export function describeDriverConformance(target: ConformanceTarget): void {
  describe(`the ${target.name} driver conforms`, { timeout: 4 * (target.patienceMs ?? 30_000) }, () => {
    const bench = createWorkbench(target);
    afterEach(() => bench.cleanUp());
    for (const [part, describePart] of Object.entries(PARTS)) {
      if (target.parts?.includes(part as ConformancePart) !== false) describePart(bench);
    }
  });
}
