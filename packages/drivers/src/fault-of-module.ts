/** Whether what a package exports is a driver that this Peerlab can use: a wrong one is refused before any of its methods is called. */
import { DRIVER_CONTRACT, type DriverModule } from '@peerlab/driver';

/** What is wrong, to follow the package's name, and what to do. */
export interface ModuleFault {
  readonly message: string;
  readonly advice: string;
}

/** What each member must be, as `typeof` says it; a list where it is one. Those that may be left out are checked where they are there. */
const SHAPE: Readonly<Record<keyof DriverModule, 'string' | 'boolean' | 'number' | 'function' | 'list'>> = {
  contract: 'number',
  name: 'string',
  describe: 'string',
  isOfOneProcess: 'boolean',
  takesEngines: 'boolean',
  isVirtual: 'boolean',
  packs: 'boolean',
  steps: 'list',
  create: 'function',
  whyNotCarry: 'function',
};

const OPTIONAL: ReadonlySet<string> = new Set(['takesEngines', 'isVirtual', 'packs'] satisfies (keyof DriverModule)[]);

const GUIDE = 'docs/DRIVERS.md says what the package of a driver exports';

/** @param exported the package's default export @param name that the driver is asked for by */
export function faultOfModule(exported: unknown, name: string): ModuleFault | undefined {
  if (typeof exported !== 'object' || exported === null) {
    return { message: 'has no driver as its default export', advice: GUIDE };
  }
  const contract: unknown = Reflect.get(exported, 'contract');
  // First: of a driver for another version, nothing else can be said.
  if (contract !== DRIVER_CONTRACT) {
    const told = typeof contract === 'number' ? `version ${contract}` : 'no version';
    return {
      message: `is written for ${told} of the driver interface; this Peerlab has version ${DRIVER_CONTRACT}`,
      advice: typeof contract === 'number' && contract > DRIVER_CONTRACT ? 'update peerlab' : 'update the package',
    };
  }
  for (const [key, wanted] of Object.entries(SHAPE)) {
    const value: unknown = Reflect.get(exported, key);
    if (value === undefined && OPTIONAL.has(key)) continue;
    const is = Array.isArray(value) ? 'list' : typeof value;
    if (is !== wanted) return { message: `is no driver: its "${key}" must be a ${wanted}, not ${is}`, advice: GUIDE };
  }
  const own: unknown = Reflect.get(exported, 'name');
  if (own === name) return undefined;
  return {
    message: `is the driver "${String(own)}", not "${name}"`,
    advice: `the package must be called peerlab-driver-${String(own)}`,
  };
}
