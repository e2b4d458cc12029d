/** Finding labs by their labels, and by nothing else. */
import type { LabSummary, RunningLab } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { dockerLab } from './lab.ts';
import { readIdentities } from './labels.ts';
import type { DockerSettings } from './options.ts';
import { findRemains, type LabRemains, remainsOf } from './remains.ts';
import { formatSubnet } from './subnet.ts';
import { findContainers, findNetworks } from './survey.ts';

/** Finds a lab, or what is left of it. */
export async function findLab(engine: Engine, settings: DockerSettings, name: string): Promise<RunningLab | undefined> {
  const remains = await findRemains(engine, name);
  return remains === undefined ? undefined : dockerLab(engine, settings, remains);
}

/** Every lab of the engine, by name. */
export async function listLabs(engine: Engine): Promise<readonly LabSummary[]> {
  const [containers, networks] = await Promise.all([findContainers(engine, {}), findNetworks(engine, {})]);
  const names = new Set([...containers, ...networks].map(found => found.facts.lab));
  return [...names]
    .sort()
    .map(name =>
      remainsOf(
        containers.filter(container => container.facts.lab === name),
        networks.filter(network => network.facts.lab === name),
      ),
    )
    .filter(remains => remains !== undefined)
    .map(summary);
}

function summary({ facts, network, containers }: LabRemains): LabSummary {
  const planned = network === undefined ? 0 : readIdentities(network.labels).length;
  return {
    name: facts.lab,
    driver: 'docker',
    hash: facts.hash,
    subnet: network?.subnet === undefined ? '' : formatSubnet(network.subnet),
    peers: Math.max(planned, containers.length),
    running: containers.filter(container => container.state === 'running').length,
    ephemeral: facts.ephemeral,
    createdAtMs: facts.createdAtMs,
    owner: facts.owner,
  };
}
