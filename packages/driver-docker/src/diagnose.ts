/** What `lab doctor` reports about an engine: its memory, used and free subnets, the image, its limits. */
import type { Diagnosis } from '@peerlab/driver';
import { aptVersion } from './debian/apt.ts';
import { diagnoseFleet, diagnoseNeighbours } from './diagnose-fleet.ts';
import { engineFacts } from './engine-facts.ts';
import { type Fleet, fleetOfOne } from './fleet.ts';
import { imageThere } from './image.ts';
import { takenSubnets } from './network.ts';
import type { DockerSettings } from './options.ts';
import { diagnosePodman } from './podman.ts';
import { formatSubnet, freeSubnets, parseSubnet, type Subnet } from './subnet.ts';

/** Subnets that are named before the rest is only counted. */
const NAMED = 6;

/** Asks the engine that keeps what labs have once. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function diagnose(fleet: Fleet, settings: DockerSettings): Promise<readonly Diagnosis[]> {
  const { control: engine } = fleet;
  const facts = await engineFacts(engine);
  const [taken, image, packages, engines, podman] = await Promise.all([
    takenSubnets(fleetOfOne(engine)),
    imageThere(engine, settings, facts),
    aptDiagnosis(),
    diagnoseFleet(fleet),
    diagnosePodman(engine),
  ]);
  const gibibytes = facts.memoryBytes / 1024 ** 3;
  const fit = Math.min(settings.maxPeers, Math.floor((facts.memoryBytes * 0.9) / settings.peerFootprintBytes));
  const linux = facts.osType === 'linux';
  return [
    {
      what: 'docker engine',
      ok: linux,
      detail: `${facts.osType} ${facts.architecture}, ${gibibytes.toFixed(1)} GiB: about ${fit} peers in one lab, at most ${settings.maxPeers} on one bridge`,
      ...(linux ? {} : { advice: 'switch the engine to Linux containers, or use --driver local' }),
    },
    ...podman,
    subnetDiagnosis(taken, settings),
    { what: 'docker image', ok: true, detail: image },
    packages,
    ...diagnoseNeighbours(fleet),
    ...engines,
  ];
}

/** Whether kinds with `packages:` can be made here. Without apt all else works. */
async function aptDiagnosis(): Promise<Diagnosis> {
  const version = await aptVersion();
  const detail =
    version === undefined
      ? 'this machine has no apt-get: kinds with packages: cannot run here'
      : `apt ${version} brings the packages: of kinds`;
  return { what: 'packages', ok: true, detail };
}

function subnetDiagnosis(taken: readonly Subnet[], { subnetPools }: DockerSettings): Diagnosis {
  const pools = subnetPools.map(parseSubnet).filter(pool => pool !== undefined);
  const free = [...freeSubnets({ pools, taken, peers: 1, start: 0 })].length;
  const texts = [...new Set(taken.map(formatSubnet))];
  const named = texts.slice(0, NAMED).join(', ');
  const more = texts.length > NAMED ? ` and ${texts.length - NAMED} more` : '';
  const detail = `${free} free for labs in ${subnetPools.join(', ')}; taken: ${named === '' ? 'none' : named}${more}`;
  const advice = 'lab down --all, or docker network prune';
  return { what: 'docker subnets', ok: free > 0, detail, ...(free > 0 ? {} : { advice }) };
}
