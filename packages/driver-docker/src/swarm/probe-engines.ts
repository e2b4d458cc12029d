/** What no engine tells over its API: the addresses of its machine, and whether the machines reach each other's ports. */
import { LabError } from '@peerlab/driver';
import { openChannel } from '../channel.ts';
import { type Engine, tolerate } from '../engine.ts';
import { engineFacts } from '../engine-facts.ts';
import { runHelper } from '../helper.ts';
import { NODE_IN_IMAGE } from '../host-runtime.ts';
import { ensureImage } from '../image.ts';
import { LABEL, ownerLabels } from '../labels.ts';
import type { DockerSettings } from '../options.ts';
import type { HostAddress } from './choose-addresses.ts';
import { KNOCK_SCRIPT, LISTEN_SCRIPT, LOOK_SCRIPT, SWARM_PORTS, type SwarmPort } from './probe-script.ts';

/** What a machine has. */
export interface MachineFacts {
  readonly addresses: readonly HostAddress[];
  /** The most neighbours that its kernel keeps (`gc_thresh3`); null where it cannot be seen. */
  readonly neighbours: number | null;
}

/** What came of a knock at a port; `in use`: the Swarm listens there by UDP, and answers nobody. */
export type PortAnswer = 'open' | 'closed' | 'none' | 'in use';

/** The way from one machine to another. */
export interface EnginePath {
  readonly from: string;
  readonly to: string;
  readonly ports: Readonly<Record<SwarmPort, PortAnswer>>;
  /** Of the quickest TCP handshake or echo, in milliseconds; null where nothing came back. */
  readonly roundTripMs: number | null;
}

/** How long an answer may take, in milliseconds: five packets are sent meanwhile. */
const KNOCK_MS = 1000;

/** Looks at the machine of an engine. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function lookAtMachine(engine: Engine, settings: DockerSettings): Promise<MachineFacts> {
  const image = await imageOn(engine, settings);
  return await runScript<MachineFacts>(engine, image, 'its addresses', LOOK_SCRIPT, '');
}

/**
 * Knocks from every machine at the ports of every other one. Where no Swarm uses them, somebody listens there meanwhile.
 * @param addresses by engine
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function probePaths(
  engines: readonly Engine[],
  addresses: ReadonlyMap<string, string>,
  settings: DockerSettings,
): Promise<readonly EnginePath[]> {
  const images = await Promise.all(engines.map(async engine => await imageOn(engine, settings)));
  const listening = await Promise.allSettled(engines.map(async (engine, i) => await listen(engine, images[i] ?? '')));
  try {
    const freeOn = new Map(listening.map((listener, i) => [engines[i]?.name, fulfilled(listener).free]));
    const all = await Promise.all(
      engines.map(async (engine, i) => {
        const others = engines.filter(other => other !== engine);
        const targets = others.flatMap(({ name }) => SWARM_PORTS.map(port => [addresses.get(name) ?? '', port]));
        const words = JSON.stringify([targets, KNOCK_MS]);
        const knocks = await runScript<readonly Knock[]>(engine, images[i] ?? '', 'its ports', KNOCK_SCRIPT, words);
        return others.map(({ name }) => pathOf(engine.name, name, knocks, addresses.get(name), freeOn.get(name) ?? []));
      }),
    );
    return all.flat();
  } finally {
    await Promise.all(listening.map(async one => await (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  }
}

/** The port by which engines gossip: each of a Swarm listens there. */
const GOSSIP = '7946/tcp';

/**
 * Tries from every engine of a Swarm whether it reaches each other one.
 * @param addresses of the engines in their Swarm
 * @returns the pairs of names of which the first does not reach the second
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function tryPaths(
  addresses: ReadonlyMap<Engine, string>,
  settings: DockerSettings,
): Promise<readonly (readonly [string, string])[]> {
  const broken = await Promise.all(
    [...addresses.keys()].map(async engine => {
      const others = [...addresses].filter(([other]) => other !== engine);
      const words = JSON.stringify([others.map(([, address]) => [address, GOSSIP]), KNOCK_MS]);
      const image = await imageOn(engine, settings);
      const knocks = await runScript<readonly Knock[]>(engine, image, 'the other engines', KNOCK_SCRIPT, words);
      const silent = new Set(knocks.filter(({ answer }) => answer === 'none').map(({ to }) => to));
      return others.filter(([, address]) => silent.has(address)).map(([other]) => [engine.name, other.name] as const);
    }),
  );
  return broken.flat();
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

interface Knock {
  readonly to: string;
  readonly port: SwarmPort;
  readonly answer: 'open' | 'closed' | 'none';
  readonly ms: number;
}

function pathOf(
  from: string,
  to: string,
  knocks: readonly Knock[],
  address: string | undefined,
  free: readonly SwarmPort[],
): EnginePath {
  const own = knocks.filter(knock => knock.to === address);
  const answerOf = (port: SwarmPort): PortAnswer => {
    const answer = own.find(knock => knock.port === port)?.answer ?? 'none';
    // The Swarm answers no packet that it does not know.
    return answer === 'none' && port.endsWith('/udp') && !free.includes(port) ? 'in use' : answer;
  };
  const ports = Object.fromEntries(SWARM_PORTS.map(port => [port, answerOf(port)])) as Record<SwarmPort, PortAnswer>;
  const times = own.filter(({ answer }) => answer !== 'none').map(({ ms }) => ms);
  return { from, to, ports, roundTripMs: times.length === 0 ? null : Math.min(...times) };
}

async function imageOn(engine: Engine, settings: DockerSettings): Promise<string> {
  return (await ensureImage(engine, settings, await engineFacts(engine))).reference;
}

async function runScript<T>(engine: Engine, image: string, what: string, script: string, words: string): Promise<T> {
  const { output, exitCode } = await runHelper(engine, {
    what,
    image,
    entrypoint: [NODE_IN_IMAGE, '-e', script],
    words: [words],
    host: { NetworkMode: 'host' },
  });
  try {
    return JSON.parse(output.split('\n').at(-1) ?? '') as T;
  } catch (cause) {
    const message = `engine ${engine.name} could not look at ${what}: its container ended with exit code ${exitCode}`;
    throw new LabError('ENGINE_REFUSED', message, { details: { output }, cause });
  }
}

interface Listener {
  readonly free: readonly SwarmPort[];
  stop(): Promise<void>;
}

/** Listens until it is stopped. */
async function listen(engine: Engine, image: string): Promise<Listener> {
  const what = 'listen on the ports of a Swarm';
  const { id } = await engine.call(what, abortSignal =>
    engine.docker.createContainer({
      Image: image,
      Entrypoint: [NODE_IN_IMAGE, '-e', LISTEN_SCRIPT],
      Cmd: [JSON.stringify(SWARM_PORTS)],
      Labels: { [LABEL.helper]: 'ports of engines', ...ownerLabels() },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        AutoRemove: true,
        NetworkMode: 'host',
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
      },
      abortSignal,
    }),
  );
  const remove = async (): Promise<void> => {
    await tolerate(
      [404, 409],
      engine.call(what, () => engine.docker.getContainer(id).remove({ force: true })),
    );
  };
  try {
    const channel = await openChannel(engine, {
      containerId: id,
      peer: 'the listener on the ports of a Swarm',
      listenOnly: true,
      end: async () => await Promise.resolve({ reason: 'ended' }),
    });
    const first = new Promise<string>(resolve => channel.listen(resolve));
    await engine.call(what, abortSignal => engine.docker.getContainer(id).start({ abortSignal }));
    const line = await engine.call(what, () => Promise.race([first, channel.closed.then(() => '{}')]));
    const { free = [] } = JSON.parse(line) as { readonly free?: readonly SwarmPort[] };
    return {
      free,
      stop: async () => {
        channel.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
