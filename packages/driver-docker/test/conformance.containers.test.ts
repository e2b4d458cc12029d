/**
 * The Docker driver passes the suite, where an engine answers. With PEERLAB_TEST_ENGINES=3, it passes it on three engines of its own: every
 * lab has a third of its peers on each.
 */
import type { CapabilityName, Driver } from '@peerlab/driver';
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

/** Has the suite's labs packed, so many peers in a container: `PEERLAB_CONFORMANCE_PACK=2 npx vitest run …`. */
const pack = Number(process.env.PEERLAB_CONFORMANCE_PACK ?? 0);

describe(`with Docker: ${engine}${pack > 0 ? `, ${pack} peers in a container` : ''}`, () => {
  describeDriverConformance({
    name: 'docker',
    createDriver: () =>
      packing(createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test', engines: own?.specs })),
    driverModule: new URL('./docker-driver.mjs', import.meta.url).href,
    capabilities: [
      'exec',
      ...(withoutGroups() ? [] : (['pause'] as const)),
      ...(pack > 0 && missingProgram(['sh', 'ip', 'tc']) !== undefined ? [] : (['isolate'] as const)),
      ...(pack > 0 ? (['together'] as const) : unpacked()),
    ],
    leftovers: own === undefined ? dockerLeftovers : async lab => await own.leftovers(`dev.peerlab.lab=${lab}`),
    patienceMs: 60_000,
  });
});

/** On a rootless Podman with version 1 of control groups: PEERLAB_CONFORMANCE_WITHOUT=groups. Packed peers are paused inside. */
function withoutGroups(): boolean {
  return process.env.PEERLAB_CONFORMANCE_WITHOUT === 'groups' && pack === 0;
}

/** What only peers with a container of their own have. */
function unpacked(): readonly CapabilityName[] {
  return [
    ...(['dial', 'files', 'ports'] as const),
    ...(withoutGroups() ? [] : (['usage'] as const)),
    ...(missingProgram(['sh', 'ip']) === undefined ? (['cut'] as const) : []),
    ...(cannotCapture() === undefined ? (['capture'] as const) : []),
    ...(missingProgram(['sh', 'tc']) === undefined ? (['shapeInterface'] as const) : []),
  ];
}

function packing(driver: Driver): Driver {
  if (pack === 0) return driver;
  const up = driver.up.bind(driver);
  driver.up = (plan, context) => up({ ...plan, pack }, context);
  return driver;
}
