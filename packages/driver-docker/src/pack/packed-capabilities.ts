/** What a packed lab can do beyond what every lab can: less than one with a container for each peer, each with the reason. */
import type { AsksTogether, CanExec, CanIsolate, CanPause, OfferedCapabilities } from '@peerlab/driver';
import { Lacking } from '@peerlab/driver';
import { installAdvice, missingProgram } from '../helper-image.ts';
import { FILTER_PROGRAMS } from './block-filter.ts';

const UNPACKED = 'bring the lab up without pack: or --pack';

/** The capabilities of one lab. */
export function packedCapabilities(lab: {
  readonly exec: CanExec['exec'];
  readonly pause: CanPause['pause'];
  readonly unpause: CanPause['unpause'];
  readonly isolate: (index: number, is: boolean) => Promise<void>;
  readonly together: AsksTogether;
}): OfferedCapabilities {
  const missing = missingProgram(FILTER_PROGRAMS);
  const { exec, pause, unpause, together } = lab;
  return {
    exec: { exec },
    pause: { pause, unpause },
    together,
    isolate:
      missing === undefined
        ? ({
            isolate: index => lab.isolate(index, true),
            rejoin: index => lab.isolate(index, false),
          } satisfies CanIsolate)
        : new Lacking(`this machine has no ${missing}`, installAdvice(missing)),
    files: new Lacking('packed peers share the files of their container', UNPACKED),
    ports: new Lacking('packed peers share the network of their container', UNPACKED),
    dial: new Lacking('packed peers share the network of their container', UNPACKED),
    usage: new Lacking('packed peers share a process', UNPACKED),
    cut: new Lacking('packed peers share the network of their container', UNPACKED),
    capture: new Lacking('packed peers share the network of their container', UNPACKED),
    shapeInterface: new Lacking('packed peers share an interface', UNPACKED),
    passTime: new Lacking('containers run in real time'),
    reproduce: new Lacking('containers run in real time, and the machine decides what comes first'),
  };
}
