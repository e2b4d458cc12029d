/** What a lab on Docker can do beyond what every lab can; the kernel shapes where this machine has `tc`. */
import type { MeasuresUsage, OfferedCapabilities } from '@peerlab/driver';
import { Lacking } from '@peerlab/driver';
import { execute } from './execution.ts';
import { isolatePeer, type PeerTarget, pausePeer, rejoinPeer, shapePeer, unpausePeer } from './operations.ts';
import type { DockerSettings } from './options.ts';
import { findTc } from './traffic-control.ts';

/** The capabilities of one lab. `targetOf` throws `NO_SUCH_PEER`. */
export function dockerCapabilities(lab: {
  readonly targetOf: (index: number) => PeerTarget;
  readonly usage: MeasuresUsage['usage'];
  readonly settings: DockerSettings;
}): OfferedCapabilities {
  const { targetOf, usage, settings } = lab;
  return {
    exec: { exec: async (index, command, options) => await execute(targetOf(index), settings, command, options) },
    pause: {
      pause: async index => await pausePeer(targetOf(index)),
      unpause: async index => await unpausePeer(targetOf(index)),
    },
    isolate: {
      isolate: async index => await isolatePeer(targetOf(index)),
      rejoin: async index => await rejoinPeer(targetOf(index)),
    },
    usage: { usage },
    shapeInterface:
      findTc() === undefined
        ? new Lacking('this machine has no tc', 'install iproute2; peers that announce "shape" do not need it')
        : { shapeInterface: async (index, settings) => await shapePeer(targetOf(index), settings) },
    passTime: new Lacking('containers run in real time'),
    reproduce: new Lacking('containers run in real time, and the machine decides what comes first'),
  };
}
