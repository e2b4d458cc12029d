/** What a lab on Docker can do beyond what every lab can; the kernel cuts and shapes where this machine has `ip` and `tc`. */
import type { MeasuresUsage, OfferedCapabilities, PublishesPorts, Way } from '@peerlab/driver';
import { Lacking } from '@peerlab/driver';
import { cannotCapture, capturePeers } from './capture.ts';
import { copyIn, copyOut } from './copy-files.ts';
import { type CutLab, cutAgain, cutsOf, cutWays, restoreWays } from './cuts.ts';
import { dialPeer } from './dial.ts';
import { execute } from './execution.ts';
import { type HelperProgram, installAdvice, missingProgram } from './helper-image.ts';
import {
  isolatePeer,
  type PeerTarget,
  pausePeer,
  rejoinPeer,
  requireRunning,
  shapePeer,
  unpausePeer,
} from './operations.ts';
import type { DockerSettings } from './options.ts';

/** The capabilities of one lab. `targetOf` throws `NO_SUCH_PEER`. */
export function dockerCapabilities(lab: {
  readonly targetOf: (index: number) => PeerTarget;
  readonly cutLab: () => CutLab;
  readonly usage: MeasuresUsage['usage'];
  readonly published: PublishesPorts['published'];
  readonly settings: DockerSettings;
  /** Why its peers can be neither paused nor measured, where they cannot. */
  readonly withoutGroups: Lacking | undefined;
}): OfferedCapabilities {
  const { targetOf, cutLab, usage, published, settings, withoutGroups } = lab;
  const known = (ways: readonly Way[]): readonly Way[] => {
    for (const end of new Set(ways.flat())) targetOf(end);
    return ways;
  };
  return {
    exec: { exec: async (index, command, options) => await execute(targetOf(index), settings, command, options) },
    files: {
      copyOut: async (index, path, to, options) => await copyOut(targetOf(index), path, to, options),
      copyIn: async (index, from, path, options) => await copyIn(targetOf(index), from, path, options),
    },
    pause: withoutGroups ?? {
      pause: async index => await pausePeer(targetOf(index)),
      unpause: async index => await unpausePeer(targetOf(index)),
    },
    isolate: {
      isolate: async index => await isolatePeer(targetOf(index)),
      rejoin: async index => {
        await rejoinPeer(targetOf(index));
        // Its interface is a new one.
        await cutAgain(cutLab(), index);
      },
    },
    dial: { dial: async (index, port, options) => await dialPeer(targetOf(index), settings, port, options) },
    ports: { published },
    usage: withoutGroups ?? { usage },
    cut: lacking(['sh', 'ip']) ?? {
      cuts: async () => await cutsOf(cutLab()),
      cut: async ways => await cutWays(cutLab(), known(ways)),
      restore: async ways => await restoreWays(cutLab(), known(ways)),
    },
    capture: withoutCapture() ?? {
      capture: async indexes => {
        const targets = indexes.map(targetOf);
        const found = await Promise.all(targets.map(async target => await requireRunning(target)));
        return await capturePeers(
          targets.map(({ engine, peer }, i) => ({ engine, peer, containerId: found[i]?.id ?? '' })),
        );
      },
    },
    shapeInterface: lacking(['sh', 'tc']) ?? {
      shapeInterface: async (index, settings) => await shapePeer(targetOf(index), settings),
    },
    passTime: new Lacking('containers run in real time'),
    reproduce: new Lacking('containers run in real time, and the machine decides what comes first'),
  };
}

/** Why the kernel cannot do it, where this machine has not the programs for it. */
function lacking(programs: readonly HelperProgram[]): Lacking | undefined {
  const missing = missingProgram(programs);
  if (missing === undefined) return undefined;
  return new Lacking(`this machine has no ${missing}`, installAdvice(missing));
}

function withoutCapture(): Lacking | undefined {
  const why = cannotCapture();
  return why === undefined ? undefined : new Lacking(why, installAdvice('tcpdump'));
}
