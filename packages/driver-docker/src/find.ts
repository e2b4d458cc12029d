/** Finding labs by their labels, and by nothing else. */
import type { LabSummary, RunningLab } from '@peerlab/driver';
import type { Fleet } from './fleet.ts';
import { dockerLab } from './lab.ts';
import { readIdentities, readSpan, type Span } from './labels.ts';
import type { DockerSettings } from './options.ts';
import { packOf } from './pack/pack-of.ts';
import { packedLab } from './pack/packed-lab.ts';
import { findRemains, type LabRemains, remainsOf } from './remains.ts';
import { formatSubnet } from './subnet.ts';
import { findContainersOf, findNetworksOf, peersIn } from './survey.ts';

/** From the engines that a lab's labels name to those, where they are not the ones that were asked; undefined where they are. */
export type OtherFleet = (span: Span) => Promise<Fleet | undefined>;

/** Finds a lab, or what is left of it: on the engines that it spans, whichever of them was asked. */
export async function findLab(
  fleet: Fleet,
  settings: DockerSettings,
  name: string,
  otherFleet: OtherFleet,
): Promise<RunningLab | undefined> {
  const remains = await findRemains(fleet, name);
  if (remains === undefined) return undefined;
  const other = await otherFleetOf(remains, otherFleet);
  const whole = other === undefined ? undefined : await findRemains(other, name);
  return other === undefined || whole === undefined
    ? await labOf(fleet, settings, remains)
    : await labOf(other, settings, whole);
}

async function labOf(fleet: Fleet, settings: DockerSettings, remains: LabRemains): Promise<RunningLab> {
  const pack = packOf(remains);
  return pack === undefined
    ? await dockerLab(fleet, settings, remains)
    : await packedLab(fleet, settings, remains, pack);
}

/** Every lab of the engines, by name. */
export async function listLabs(
  fleet: Fleet,
  settings: DockerSettings,
  otherFleet: OtherFleet,
): Promise<readonly LabSummary[]> {
  const [{ found: containers }, { found: networks }] = await Promise.all([
    findContainersOf(fleet, {}),
    findNetworksOf(fleet, {}),
  ]);
  const names = new Set([...containers, ...networks].map(found => found.facts.lab));
  const labs = await Promise.all(
    [...names].sort().map(async name => {
      const remains = remainsOf(
        containers.filter(container => container.facts.lab === name),
        networks.filter(network => network.facts.lab === name),
      );
      const other = remains === undefined ? undefined : await otherFleetOf(remains, otherFleet);
      return other === undefined ? remains : ((await findRemains(other, name)) ?? remains);
    }),
  );
  return await Promise.all(
    labs
      .filter(remains => remains !== undefined)
      .map(async remains => {
        const pack = packOf(remains);
        if (pack === undefined) return summary(remains);
        // Which of its peers run, its containers know.
        const { peers } = await packedLab(fleet, settings, remains, pack);
        return { ...summary(remains), running: peers.filter(({ state }) => state === 'running').length };
      }),
  );
}

async function otherFleetOf({ network }: LabRemains, otherFleet: OtherFleet): Promise<Fleet | undefined> {
  const span = network === undefined ? undefined : readSpan(network.labels);
  return span === undefined ? undefined : await otherFleet(span);
}

function summary({ facts, network, containers }: LabRemains): LabSummary {
  const planned = network === undefined ? 0 : readIdentities(network.labels).length;
  return {
    name: facts.lab,
    driver: 'docker',
    hash: facts.hash,
    subnet: network?.subnet === undefined ? '' : formatSubnet(network.subnet),
    peers: Math.max(planned, peersIn(containers)),
    running: peersIn(containers.filter(container => container.state === 'running')),
    ephemeral: facts.ephemeral,
    createdAtMs: facts.createdAtMs,
    owner: facts.owner,
  };
}
