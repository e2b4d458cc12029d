/**
 * The driver `children`: each peer is a child process of the command, on a loopback address of its own. Its labs live in the process that makes
 * them, and end with it: `lab up FILE --driver children` proves a lab and removes it; `lab test` likewise.
 */
import { createChildrenDriver } from './driver.js';

/** @type {import('peerlab/driver').DriverModule} */
export default {
  // The version of the interface that this was written for: a number, not the constant, which would always be that of the installed Peerlab.
  contract: 1,
  name: 'children',
  describe: 'a child process of the command for each peer',
  isOfOneProcess: true,
  steps: ['network', 'peers'],
  create: ({ peerProgram }) => createChildrenDriver(peerProgram),
  whyNotCarry: peers => (peers > 200 ? 'as child processes, because a lab has 200 addresses' : undefined),
};
