/** Faults on containers, where an engine answers. */
import { createDockerDriver, engineRequired } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';
import { describe } from 'vitest';
import { describeFaults } from './faults.ts';

const engine = await engineRequired();

describe.skipIf(engine.skip)(`with Docker: ${engine.reason}`, () => {
  describeFaults({
    name: 'docker',
    createDriver: () => createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test' }),
    boundMs: 240_000,
    canIsolate: true,
  });
});
