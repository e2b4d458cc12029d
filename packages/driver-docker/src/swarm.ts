/** What an engine's Swarm is to it: whether it manages the network that several engines share. Nothing of it is changed here. */
import { LabError } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { describeEngine } from './engine-facts.ts';
import { askEach, type Fleet, type Silence } from './fleet.ts';
import { requireDocker } from './swarm/require-docker.ts';

/** An engine's place in a Swarm. Only a manager makes networks that span engines. */
export type SwarmRole = 'manager' | 'worker' | 'none';

/** What an engine says about its Swarm. */
export interface SwarmFacts {
  readonly role: SwarmRole;
  /** In the engine's words: `active`, `inactive`, `locked`, `pending`, `error`. */
  readonly state: string;
  /** The Swarm's id, as managers know it; empty elsewhere. */
  readonly cluster: string;
  /** The engine's id in the Swarm; empty outside one. */
  readonly node: string;
  /** Ids of the managers, as the engine knows them. */
  readonly managers: readonly string[];
  /** At which other engines reach it; empty outside a Swarm. */
  readonly address: string;
}

/** Asks an engine. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function swarmFacts(engine: Engine, timeoutMs?: number): Promise<SwarmFacts> {
  return readSwarm(await describeEngine(engine, timeoutMs));
}

/** What an engine's answer about itself says of its Swarm. */
export function readSwarm({ Swarm }: Readonly<Record<string, unknown>>): SwarmFacts {
  const {
    LocalNodeState: state = 'inactive',
    ControlAvailable: isManager = false,
    NodeID: node = '',
    NodeAddr: address = '',
    Cluster: cluster,
    RemoteManagers: managers,
  } = (Swarm ?? {}) as {
    readonly LocalNodeState?: string;
    readonly ControlAvailable?: boolean;
    readonly NodeID?: string;
    readonly NodeAddr?: string;
    readonly Cluster?: { readonly ID?: string } | null;
    readonly RemoteManagers?: readonly { readonly NodeID: string }[] | null;
  };
  return {
    role: state !== 'active' ? 'none' : isManager ? 'manager' : 'worker',
    state,
    cluster: cluster?.ID ?? '',
    node,
    address,
    managers: (managers ?? []).map(({ NodeID }) => NodeID),
  };
}

/** What a Swarm says of a machine that its network does not reach; nothing, where the machine has left it. */
const LOST: ReadonlySet<string | undefined> = new Set([undefined, 'down', 'disconnected']);

/** What is read of a machine of a Swarm, as its managers list it. */
interface ListedNode {
  readonly ID: string;
  readonly Status?: { readonly State?: string };
}

/**
 * The engines that their Swarm has lost: the network between engines does not reach them, whatever they answer here. A Swarm notices it
 * 13 to 16 s later. None where the control is no manager, or does not say.
 */
export async function cutOffEngines({ engines, control, nodes }: Fleet): Promise<readonly Engine[]> {
  if (engines.length === 1 || !nodes.has(control)) return [];
  try {
    const listed = (await control.call('list the machines of the Swarm', () =>
      control.docker.listNodes(),
    )) as ListedNode[];
    const states = new Map(listed.map(({ ID, Status }) => [ID, Status?.State]));
    return engines.filter(engine => nodes.has(engine) && LOST.has(states.get(nodes.get(engine) ?? '')));
  } catch (error) {
    if (error instanceof LabError) return [];
    throw error;
  }
}

/**
 * Makes sure that a lab can span these engines: they answer, and are one Swarm with a manager among them.
 * @throws {LabError} `CANNOT_CARRY` naming those that are not; `ENGINE_UNREACHABLE`
 */
export async function requireSwarm(fleet: Fleet): Promise<void> {
  const { engines, control } = fleet;
  const { found: facts, silent } = await askEach(fleet, async engine => [{ engine, swarm: await swarmFacts(engine) }]);
  if (silent.length > 0) throw withoutEngines(silent, facts);
  const advice = 'lab engines join makes them one Swarm; lab engines check shows what each is in';
  await requireDocker(engines);
  const outside = facts.filter(({ swarm }) => swarm.role === 'none').map(({ engine }) => engine.name);
  if (outside.length > 0) {
    const who = outside.length === 1 ? `engine ${outside[0]} is` : `engines ${outside.join(', ')} are`;
    throw new LabError(
      'CANNOT_CARRY',
      `${who} in no Swarm: a lab cannot span ${engines.map(({ name }) => name).join(', ')}`,
      {
        advice,
        details: { outside },
      },
    );
  }
  const own = facts.find(({ engine }) => engine === control)?.swarm;
  if (own?.role !== 'manager') {
    throw new LabError('CANNOT_CARRY', 'none of the engines manages their Swarm: only a manager makes networks', {
      advice: 'name a manager of the Swarm with --engine as well',
    });
  }
  const strangers = facts.filter(({ swarm }) => !isOfSwarm(swarm, own)).map(({ engine }) => engine.name);
  if (strangers.length > 0) {
    const message = `${strangers.join(', ')} and ${control.name} are in different Swarms: a lab cannot span them`;
    throw new LabError('CANNOT_CARRY', message, { advice, details: { strangers } });
  }
  const lost = (await cutOffEngines(fleet)).map(({ name }) => name);
  if (lost.length === 0) return;
  const who = lost.length === 1 ? `engine ${lost[0]} is` : `engines ${lost.join(', ')} are`;
  throw new LabError('CANNOT_CARRY', `${who} cut off from the others: the Swarm does not reach it`, {
    advice: 'open ports 2377/tcp, 7946 and 4789/udp between the machines, or leave it out',
    details: { lost },
  });
}

/** A lab cannot span what does not answer; without the manager of the Swarm, nothing new starts on the other engines either. */
function withoutEngines(silent: readonly Silence[], facts: readonly { readonly swarm: SwarmFacts }[]): LabError {
  const names = silent.map(({ engine }) => engine.name);
  const who = names.length === 1 ? `engine ${names[0]} does` : `engines ${names.join(', ')} do`;
  const isManaged = facts.some(({ swarm }) => swarm.role === 'manager');
  const isOfSwarm = facts.some(({ swarm }) => swarm.role === 'worker');
  const isManagerGone = isOfSwarm && !isManaged;
  const which = names.length === 1 ? 'it' : 'one of them';
  return new LabError(
    'ENGINE_UNREACHABLE',
    isManagerGone
      ? `${who} not answer, and ${which} manages the Swarm: nothing can be started on the others without it`
      : `${who} not answer: a lab cannot span it`,
    {
      advice: isManagerGone
        ? `start it again: labs that run go on meanwhile, and lab down removes them; or name another manager of the Swarm with --engine`
        : `start it again, or leave it out of --engine`,
      details: { engineName: names[0], silent: names },
      cause: silent[0]?.error,
    },
  );
}

/** A worker does not know its Swarm's id, but its managers. */
function isOfSwarm(swarm: SwarmFacts, own: SwarmFacts): boolean {
  return swarm.role === 'manager' ? swarm.cluster === own.cluster : swarm.managers.includes(own.node);
}
