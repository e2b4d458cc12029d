/** The suite's parts for capabilities: each runs for a driver that announces it. */
import type { CapabilityName } from '../../../capabilities/capabilities.ts';
import type { Workbench } from '../../workbench.ts';
import { describeAnnounced } from './announced.ts';
import { describeCapture } from './capture.ts';
import { describeCarryFiles } from './carry-files.ts';
import { describeCut } from './cut.ts';
import { describeDial } from './dial.ts';
import { describeExec } from './exec.ts';
import { describeIsolate } from './isolate.ts';
import { describePassTime } from './pass-time.ts';
import { describePause } from './pause.ts';
import { describePorts } from './ports.ts';
import { describeReproduce } from './reproduce.ts';
import { describeShapeInterface } from './shape-interface.ts';
import { describeTogether } from './together.ts';
import { describeUsage } from './usage.ts';

const PARTS: Readonly<Record<CapabilityName, (bench: Workbench) => void>> = {
  exec: describeExec,
  files: describeCarryFiles,
  pause: describePause,
  isolate: describeIsolate,
  cut: describeCut,
  capture: describeCapture,
  dial: describeDial,
  ports: describePorts,
  usage: describeUsage,
  shapeInterface: describeShapeInterface,
  passTime: describePassTime,
  reproduce: describeReproduce,
  together: describeTogether,
};

/** Declares this part of the suite. */
export function describeCapabilities(bench: Workbench): void {
  describeAnnounced(bench);
  for (const name of bench.target.capabilities) PARTS[name](bench);
}
