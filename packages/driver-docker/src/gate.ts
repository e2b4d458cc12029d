/**
 * The ports of a lab that are reached from outside. Its network is internal, so that the engine publishes none of them: one more
 * container, the gate, is on that network and on the engine's default one, and passes on what arrives at its own published ports.
 * The peers get no external access by it (docs/adr/0028-published-ports.md).
 */
import type { LabPlan, PublishedPort } from '@peerlab/driver';
import { LabError, PUBLISHED_ADDRESS } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import type Dockerode from 'dockerode';
import { type DockerChannel, openChannel } from './channel.ts';
import { containerEnd } from './container-end.ts';
import { type Engine, refusedStatus } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { findGates, type GatePort, portsOf } from './found-gates.ts';
import { GATE_SCRIPT } from './gate-script.ts';
import { ensureImage, PEER_USER } from './image.ts';
import { LABEL, type LabFacts, labLabels } from './labels.ts';
import { gateName } from './names.ts';
import type { LabNetwork } from './network.ts';
import type { DockerSettings } from './options.ts';
import { removeContainer } from './remove.ts';
import { peerAddress } from './subnet.ts';

/** How long it may take until it listens, in milliseconds: a cold image on a busy engine. */
const OPEN_MS = 30_000;
/** Room for Node, and for what is under way in both directions of some hundred connections. */
const MEMORY_BYTES = 128 * 1024 ** 2;

/** What a gate is made from. */
export interface GateWish {
  readonly plan: LabPlan;
  readonly facts: LabFacts;
  readonly settings: DockerSettings;
  readonly network: LabNetwork;
}

/**
 * Makes the gate, unless it runs already.
 * @returns what keeps the gate of a throw-away lab; undefined where nothing does
 * @throws {LabError} `CANNOT_CARRY` naming a port that somebody else has; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function openGate(engine: Engine, wish: GateWish): Promise<DockerChannel | undefined> {
  const { plan, settings } = wish;
  const ports = portsOf(plan);
  if (ports.length === 0) return undefined;
  for (const { id, isRunning } of await findGates(engine, { lab: plan.name })) {
    if (isRunning) return undefined;
    await removeContainer(engine, id);
  }
  const { reference } = await ensureImage(engine, settings, await engineFacts(engine));
  const { id } = await engine.call(`create the gate of ${plan.name}`, abortSignal =>
    engine.docker.createContainer({ ...gateSpec(wish, ports, reference), abortSignal }),
  );
  await engine.call(`connect the gate of ${plan.name}`, () =>
    engine.docker.getNetwork(wish.network.id).connect({
      Container: id,
      EndpointConfig: { IPAMConfig: { IPv4Address: peerAddress(wish.network.subnet, plan.peers.length) } },
    }),
  );
  const end = async () => await containerEnd(engine, id);
  const channel = await openChannel(engine, { containerId: id, peer: 'the gate', end });
  try {
    await engine.call(`start the gate of ${plan.name}`, abortSignal =>
      engine.docker.getContainer(id).start({ abortSignal }),
    );
    await opened(channel, plan.name);
  } catch (error) {
    channel.close();
    throw portTaken(error, ports) ?? error;
  }
  if (plan.ephemeral) return channel;
  channel.close();
  return undefined;
}

/** Where the ports of a lab are reached. */
export async function publishedPorts(engine: Engine, lab: string): Promise<readonly PublishedPort[]> {
  const gates = await findGates(engine, { lab });
  return gates.flatMap(({ ports, bound }) =>
    ports.flatMap(({ index, port, protocol, gatePort, address = PUBLISHED_ADDRESS }): PublishedPort[] => {
      const own = bound.filter(({ PrivatePort, Type }) => PrivatePort === gatePort && Type === protocol);
      const hostPort = (own.find(({ IP }) => IP === address) ?? own[0])?.PublicPort;
      return hostPort === undefined ? [] : [{ index, port, protocol, hostAddress: address, hostPort }];
    }),
  );
}

function gateSpec(
  { plan, facts, network }: GateWish,
  ports: readonly GatePort[],
  image: string,
): Dockerode.ContainerCreateOptions {
  const targets = ports.map(({ gatePort, protocol, port, index }) => {
    return { gatePort, protocol, port, address: peerAddress(network.subnet, index) };
  });
  const keyOf = ({ gatePort, protocol }: GatePort): string => `${gatePort}/${protocol}`;
  return {
    name: gateName(plan.name),
    Image: image,
    User: PEER_USER,
    Entrypoint: ['node'],
    Cmd: ['-e', GATE_SCRIPT, JSON.stringify(targets)],
    // As a helper it is swept where it was never started.
    Labels: { ...labLabels(facts), [LABEL.gate]: JSON.stringify(ports), [LABEL.helper]: 'ports' },
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // The gate of a throw-away lab ends with the stream of its owner, as its peers do.
    StdinOnce: plan.ephemeral,
    ExposedPorts: Object.fromEntries(ports.map(port => [keyOf(port), {}])),
    HostConfig: {
      AutoRemove: plan.ephemeral,
      NetworkMode: 'bridge',
      PortBindings: Object.fromEntries(
        ports.map(port => {
          const { address = PUBLISHED_ADDRESS, hostPort } = port;
          return [keyOf(port), [{ HostIp: address, HostPort: hostPort === undefined ? '' : String(hostPort) }]];
        }),
      ),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: MEMORY_BYTES,
      MemorySwap: MEMORY_BYTES,
      PidsLimit: 64,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      RestartPolicy: { Name: '' },
    },
  };
}

/** Waits until it listens. */
async function opened(channel: DockerChannel, lab: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      stopTimer(late);
      const { clause } = channel.lastWords;
      reject(new LabError('ENGINE_REFUSED', `the ports of ${lab} cannot be published: their gate ${why}${clause}`));
    };
    const late = startTimer(() => fail(`did not listen within ${OPEN_MS / 1000} s`), OPEN_MS);
    channel.listen(line => {
      if (line !== 'open') return;
      stopTimer(late);
      resolve();
    });
    void channel.closed.then(({ reason }) => fail(reason));
  });
}

/** The engine's words for a port that somebody else has, with the peer that asks for it; undefined for another failure. */
function portTaken(error: unknown, ports: readonly GatePort[]): LabError | undefined {
  if (refusedStatus(error) === undefined || !(error instanceof LabError)) return undefined;
  const { message } = error;
  if (!/already allocated|already in use|cannot assign requested address/i.test(message)) return undefined;
  const asked = ports.find(({ address, hostPort }) => {
    if (hostPort !== undefined) return new RegExp(`:${hostPort}\\b`).test(message);
    return address !== undefined && message.includes(address);
  });
  if (asked === undefined) return undefined;
  const { peer, port, address = PUBLISHED_ADDRESS, hostPort } = asked;
  const place = hostPort === undefined ? address : `${address}:${hostPort}`;
  const why = /cannot assign/i.test(message) ? 'is no address of the engine’s machine' : 'is taken by another program';
  return new LabError('CANNOT_CARRY', `${peer} cannot be reached at ${place}: it ${why}`, {
    advice: `choose another one in ports:, or write ${port} alone, and a free one is taken`,
    details: { peer, address, hostPort },
    cause: error,
  });
}
