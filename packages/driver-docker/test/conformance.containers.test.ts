/**
 * The Docker driver passes the suite, where an engine answers. With PEERLAB_TEST_ENGINES=3, it passes it on three engines of its own: every
 * lab has a third of its peers on each.
 */
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll, describe } from 'vitest';
import { cannotCapture } from '../src/capture.ts';
import { missingProgram } from '../src/helper-image.ts';
import { createDockerDriver } from '../src/index.ts';
import { requireEngine } from '../src/require-engine.ts';
import { dockerLeftovers } from './docker-leftovers.ts';
import { OwnEngines } from './own-engines.ts';

const count = Number(process.env.PEERLAB_TEST_ENGINES ?? 1);
const own = count > 1 ? await OwnEngines.start(`conform${process.pid}`, count) : undefined;
afterAll(async () => await own?.[Symbol.asyncDispose]());
// For the driver in other processes: docker-driver.mjs.
if (own !== undefined) process.env.PEERLAB_TEST_SPECS = JSON.stringify(own.specs);
const engine = own === undefined ? await requireEngine() : `${count} engines of one Swarm answer`;

describe(`with Docker: ${engine}`, () => {
  describeDriverConformance({
    name: 'docker',
    createDriver: () =>
      createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test', engines: own?.specs }),
    driverModule: new URL('./docker-driver.mjs', import.meta.url).href,
    capabilities: [
      ...(['exec', 'files', 'pause', 'isolate', 'usage'] as const),
      ...(missingProgram(['sh', 'ip']) === undefined ? (['cut'] as const) : []),
      ...(cannotCapture() === undefined ? (['capture'] as const) : []),
      ...(missingProgram(['sh', 'tc']) === undefined ? (['shapeInterface'] as const) : []),
    ],
    leftovers: own === undefined ? dockerLeftovers : async lab => await own.leftovers(`dev.peerlab.lab=${lab}`),
    patienceMs: 60_000,
  });
});
