/** How a caller asks a lab for a capability. */
import { LabError } from '../lab-error.ts';
import type { RunningLab } from '../running-lab.ts';
import type { Capabilities, CapabilityName } from './capabilities.ts';
import { Lacking } from './lacking.ts';

/** What a lab is asked: itself, or what it offers. */
type Asked = Pick<RunningLab, 'name' | 'driver' | 'capabilities'>;

/** What a person calls each, after "cannot". */
const WORDS: Readonly<Record<CapabilityName, string>> = {
  exec: 'run a program beside a peer',
  files: 'copy files to or from a peer',
  pause: 'pause a peer',
  isolate: 'disconnect a peer from the network',
  cut: 'cut the network between two peers',
  capture: 'capture the packets of a peer',
  dial: 'try a port of a peer',
  ports: 'publish the ports of a peer',
  usage: 'measure the resource usage of a peer',
  shapeInterface: 'shape the traffic of a peer in the kernel',
  passTime: 'advance its time at once',
  reproduce: 'repeat a run exactly',
  together: 'ask many peers at once',
};

/** The capability of that name, or why the lab does not have it. */
export function capability<Name extends CapabilityName>(lab: Asked, name: Name): Capabilities[Name] | Lacking {
  return lab.capabilities[name] ?? new Lacking(`the driver ${lab.driver} does not offer it`);
}

/** The capability of that name, or undefined: for what is left out without a word where it is lacking. */
export function capabilityIfAny<Name extends CapabilityName>(lab: Asked, name: Name): Capabilities[Name] | undefined {
  const offered = capability(lab, name);
  return offered instanceof Lacking ? undefined : (offered as Capabilities[Name]);
}

/** The capability of that name. @throws {LabError} `NOT_SUPPORTED` with the reason, where the lab lacks it */
export function requireCapability<Name extends CapabilityName>(lab: Asked, name: Name): Capabilities[Name] {
  const offered = capability(lab, name);
  if (!(offered instanceof Lacking)) return offered as Capabilities[Name];
  const { reason, advice } = offered;
  throw new LabError('NOT_SUPPORTED', `${lab.name} cannot ${WORDS[name]}: ${reason}`, {
    ...(advice === undefined ? {} : { advice }),
    details: { lab: lab.name, driver: lab.driver, capability: name },
  });
}
