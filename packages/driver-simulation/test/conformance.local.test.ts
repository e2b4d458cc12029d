/** The simulation driver passes the suite; its labs live in the process that made them, and go with it. */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { createDriver } from './simulation-driver.mjs';

describeDriverConformance({
  name: 'simulation',
  createDriver,
  driverModule: new URL('./simulation-driver.mjs', import.meta.url).href,
  capabilities: ['pause', 'isolate', 'passTime', 'reproduce'],
  leftovers: async lab => {
    const found = await createDriver().find(lab);
    return [...(found === undefined ? [] : [`the lab, in process ${process.pid}`]), ...ownersOf(lab)];
  },
  outlivesOwner: false,
});

/** Other processes that hold a lab of this name: owners of the suite have its plan on their command line. */
function ownersOf(lab: string): readonly string[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter(pid => commandOf(pid).includes(`"name":"${lab}"`))
    .map(pid => `the lab, in process ${pid}`);
}

/** A process that has ended has none. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
