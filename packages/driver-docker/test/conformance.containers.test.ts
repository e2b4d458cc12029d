/** The Docker driver passes the suite, where an engine answers. */
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { INSTALLATION } from '@peerlab/installation';
import { describe } from 'vitest';
import { cannotCapture } from '../src/capture.ts';
import { missingProgram } from '../src/helper-image.ts';
import { createDockerDriver } from '../src/index.ts';
import { requireEngine } from '../src/require-engine.ts';
import { dockerLeftovers } from './docker-leftovers.ts';

const engine = await requireEngine();

describe(`with Docker: ${engine}`, () => {
  describeDriverConformance({
    name: 'docker',
    createDriver: () => createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test' }),
    driverModule: new URL('./docker-driver.mjs', import.meta.url).href,
    capabilities: [
      ...(['exec', 'files', 'pause', 'isolate', 'usage'] as const),
      ...(missingProgram(['sh', 'ip']) === undefined ? (['cut'] as const) : []),
      ...(cannotCapture() === undefined ? (['capture'] as const) : []),
      ...(missingProgram(['sh', 'tc']) === undefined ? (['shapeInterface'] as const) : []),
    ],
    leftovers: dockerLeftovers,
    patienceMs: 60_000,
  });
});
