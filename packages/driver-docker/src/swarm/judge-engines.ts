/** What keeps labs from spanning these engines, and what would make them suffer there. */

import type { EngineReport, EnginesReport } from './engine-report.ts';
import { isSameSwarm } from './plan-join.ts';
import type { EnginePath, MachineFacts } from './probe-engines.ts';
import { SWARM_PORTS, type SwarmPort } from './probe-script.ts';

/** Something wrong, and what to do about it. */
export interface EngineProblem {
  /** The engine that is to be mended. */
  readonly engine: string;
  /** In one clause, with the engine's name. */
  readonly message: string;
  readonly advice?: string | undefined;
}

/** What was looked at more closely; left out: nothing was. */
export interface CloserLook {
  readonly machines: ReadonlyMap<string, MachineFacts>;
  readonly addresses: ReadonlyMap<string, string>;
  readonly paths: readonly EnginePath[];
}

/** Packets of an overlay are 1,450 bytes, and 50 bytes of VXLAN around them. */
const NEEDED_MTU = 1500;

const PORT_USE: Readonly<Record<SwarmPort, string>> = {
  '2377/tcp': 'the management of the Swarm',
  '7946/tcp': 'the gossip of the Swarm',
  '7946/udp': 'the gossip of the Swarm',
  '4789/udp': 'packets between containers (VXLAN)',
};

/** All problems, engine by engine. */
export function judgeEngines({ engines, silent }: EnginesReport, look?: CloserLook): readonly EngineProblem[] {
  return [
    ...silent.map(({ name, error: { message, advice } }) => ({ engine: name, message, advice })),
    // Before a Swarm is made there is none to be outside of.
    ...(engines.some(({ swarm }) => swarm.role !== 'none') ? swarmProblems(engines) : []),
    ...systemProblems(engines),
    ...(look === undefined ? [] : [...mtuProblems(look), ...portProblems(look, managerOf(engines)?.name)]),
  ];
}

function managerOf(engines: readonly EngineReport[]): EngineReport | undefined {
  return engines.find(({ swarm }) => swarm.role === 'manager');
}

function swarmProblems(engines: readonly EngineReport[]): EngineProblem[] {
  const manager = managerOf(engines);
  return engines.flatMap(({ name: engine, swarm }) => {
    if (swarm.role === 'none') return { engine, message: `${engine} is in no Swarm`, advice: 'lab engines join' };
    if (manager !== undefined && isSameSwarm(swarm, manager.swarm)) return [];
    if (manager === undefined) {
      return {
        engine,
        message: `none of the engines manages the Swarm of ${engine}`,
        advice: 'name its manager as well',
      };
    }
    const advice = `docker swarm leave, on ${engine}; then lab engines join`;
    return { engine, message: `${engine} is in another Swarm than ${manager.name}`, advice };
  });
}

function systemProblems(engines: readonly EngineReport[]): EngineProblem[] {
  const [first] = engines;
  return engines
    .filter(({ system }) => system !== first?.system)
    .map(({ name: engine, system }) => ({
      engine,
      message: `${engine} is ${system}, and ${first?.name} is ${first?.system}: an image of one does not run on the other`,
    }));
}

function mtuProblems({ machines, addresses }: CloserLook): EngineProblem[] {
  return [...machines].flatMap(([engine, { addresses: own }]) => {
    const used = own.find(({ address }) => address === addresses.get(engine));
    if (used === undefined || used.mtu >= NEEDED_MTU || used.mtu === 0) return [];
    const message = `${used.device} of ${engine} takes packets of ${used.mtu} bytes: those of a lab have up to ${NEEDED_MTU}`;
    return {
      engine,
      message,
      advice: `ip link set ${used.device} mtu ${NEEDED_MTU}, on ${engine}, where its network can carry it`,
    };
  });
}

/** @param manager the only one that is managed at its port; undefined: whichever will */
function portProblems({ paths, addresses }: CloserLook, manager: string | undefined): EngineProblem[] {
  return paths.flatMap(({ from, to, ports }) => {
    const needed = SWARM_PORTS.filter(port => port !== '2377/tcp' || manager === undefined || manager === to);
    return needed
      .filter(port => ports[port] === 'none')
      .map(port => ({
        engine: to,
        message: `${to} does not answer ${from} at ${port}: ${PORT_USE[port]}`,
        advice: `open ${port} on ${to} (${addresses.get(to)}) for ${from} (${addresses.get(from)})`,
      }));
  });
}
