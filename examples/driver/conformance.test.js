/** The driver passes the suite that every driver of Peerlab passes: `npx vitest run`. */
import { readdirSync, readFileSync } from 'node:fs';
import { describeDriverConformance } from 'peerlab/driver-conformance';
import { createDriver } from './suite-driver.js';

describeDriverConformance({
  name: 'children',
  createDriver,
  driverModule: new URL('./suite-driver.js', import.meta.url).href,
  capabilities: ['pause'],
  // Its labs live in the process that made them.
  outlivesOwner: false,
  interruptions: 2,
  leftovers: async lab => processesOf(lab),
});

/** Processes of this machine that have the lab's name in their environment: what the driver hands every peer. */
function processesOf(lab) {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry) && environmentOf(entry).includes(`PEERLAB_LAB=${lab}`))
    .map(entry => `process ${entry}`);
}

function environmentOf(processId) {
  try {
    return readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
