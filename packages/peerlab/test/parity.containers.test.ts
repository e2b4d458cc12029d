/**
 * Parity as in parity.long.test.ts, on containers: a topology drawn by hand, a complete graph, a random one; ring-20 is
 * packages/cli/test/labs.containers.test.ts. And a large one on processes. What differs between drivers is how peers run and
 * reach each other, not the graph: each further topology would prove the same again. Peers share containers here: a container each is
 * what that other test has.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDockerDriver, requireEngine } from '@peerlab/driver-docker';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { INSTALLATION } from '@peerlab/installation';
import type { Topology } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';
import { dockerLeftovers } from '../../driver-docker/test/docker-leftovers.ts';
import { FRAMES, onProcesses, TOPOLOGIES, verdictOf } from './verdict-of.ts';

/** Peers of a container: several containers for each of these topologies. */
const PACK = 4;

const IN_CONTAINERS = ['custom-chat', 'full-10', 'random-regular-20'];
const ON_PROCESSES = ['torus-10x10'];

const named = (names: readonly string[]): (readonly [string, Topology])[] =>
  names.map(name => {
    const topology = TOPOLOGIES.find(each => each.name === name);
    if (topology === undefined) throw new Error(`there is no topology ${name}`);
    return [name, topology] as const;
  });

const engine = await requireEngine();

describe(`with Docker: ${engine}`, () => {
  it.each(named(IN_CONTAINERS))(
    '%s gives the same checks with the same numbers in containers, and nothing is left',
    async (title, drawn) => {
      // Not the name of the file: someone's lab of that name may stand on the engine.
      const name = `parity-${process.pid.toString(36)}-${title.slice(0, 8).replace(/-$/, '')}`;
      const topology = { ...drawn, name, pack: PACK };
      const docker = createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test' });
      const simulated = await verdictOf(topology, createSimulationDriver());
      const { checks, passed } = await verdictOf(topology, docker);
      expect(simulated.checks.find(({ name: check }) => check === 'broadcast')?.observed).toMatch(FRAMES);
      expect({ checks, passed }).toEqual({ checks: simulated.checks, passed: true });
      expect(await dockerLeftovers(name)).toEqual([]);
    },
  );
});

it.each(named(ON_PROCESSES))('%s gives the same checks with the same numbers on processes', async (_, topology) => {
  const directory = mkdtempSync(join(tmpdir(), 'peerlab-parity-'));
  try {
    const simulated = await verdictOf(topology, createSimulationDriver());
    const { checks, passed } = await onProcesses(topology, directory);
    expect({ checks, passed }).toEqual({ checks: simulated.checks, passed: true });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
