/** Faults on containers, where an engine answers. */
import { createDockerDriver, requireEngine } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';
import { describe } from 'vitest';
import { describeFaults } from './faults.ts';

const engine = await requireEngine();

describe(`with Docker: ${engine}`, () => {
  describeFaults({
    name: 'docker',
    createDriver: () => createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test' }),
    boundMs: 240_000,
    canIsolate: true,
    isWhole: false,
  });
});
