/** Parity as in parity.local.test.ts: the small topologies on containers, and the largest on processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDockerDriver, requireEngine } from '@peerlab/driver-docker';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { INSTALLATION } from '@peerlab/installation';
import { describe, expect, it } from 'vitest';
import { dockerLeftovers } from '../../driver-docker/test/docker-leftovers.ts';
import { FRAMES, isForLong, onProcesses, TOPOLOGIES, verdictOf } from './verdict-of.ts';

/** What an engine on a small machine brings up in a few seconds. */
const MOST_PEERS = 30;

const engine = await requireEngine();
const small = TOPOLOGIES.filter(({ peers }) => peers.length <= MOST_PEERS);

describe(`with Docker: ${engine}`, () => {
  it.each(small.map(topology => [topology.name, topology] as const))(
    '%s gives the same checks with the same numbers in containers, and nothing is left',
    async (title, drawn) => {
      // Not the name of the file: someone's lab of that name may stand on the engine.
      const name = `parity-${process.pid.toString(36)}-${title.slice(0, 8).replace(/-$/, '')}`;
      const topology = { ...drawn, name };
      const docker = createDockerDriver({ peerBundle: INSTALLATION.peerProgram, version: '0.0.0-test' });
      const simulated = await verdictOf(topology, createSimulationDriver());
      const { checks, passed } = await verdictOf(topology, docker);
      expect(simulated.checks.find(({ name: check }) => check === 'broadcast')?.observed).toMatch(FRAMES);
      expect({ checks, passed }).toEqual({ checks: simulated.checks, passed: true });
      expect(await dockerLeftovers(name)).toEqual([]);
    },
  );
});

it.each(TOPOLOGIES.filter(isForLong).map(topology => [topology.name, topology] as const))(
  '%s gives the same checks with the same numbers on processes',
  async (_, topology) => {
    const directory = mkdtempSync(join(tmpdir(), 'peerlab-parity-'));
    try {
      const simulated = await verdictOf(topology, createSimulationDriver());
      const { checks, passed } = await onProcesses(topology, directory);
      expect({ checks, passed }).toEqual({ checks: simulated.checks, passed: true });
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
