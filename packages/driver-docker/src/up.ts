/**
 * `up`: image, network, peers, in this order; a lab that exists is repaired. Whatever ends it early, what this call made
 * is removed: all of it carries the call's own label.
 */

import type { LabPlan, PlannedPeer, RunningLab, WorkContext } from '@peerlab/driver';
import { LabError, LastWords } from '@peerlab/driver';
import { v4 as uuid } from 'uuid';
import { bringImages } from './bring-images.ts';
import type { DockerChannel } from './channel.ts';
import { claimName } from './claim.ts';
import type { Engine } from './engine.ts';
import { type EngineFacts, engineFacts } from './engine-facts.ts';
import { askEach, type Fleet, isSpanning, isUnreachable } from './fleet.ts';
import { addressesOf } from './found-gates.ts';
import { openGate } from './gate.ts';
import { ensureImage } from './image.ts';
import { sweepImages } from './image-sweep.ts';
import { ensureKindImage, type KindInImage } from './kind-image.ts';
import { dockerLab } from './lab.ts';
import { LABEL, type LabFacts, type PeerRecipe, readSpan, thisOwner } from './labels.ts';
import { containerLogs } from './logs.ts';
import { containerName, networkName, removalAdvice } from './names.ts';
import { createNetwork, type LabNetwork, takenSubnets } from './network.ts';
import type { DockerSettings } from './options.ts';
import type { BlockLink } from './pack/block-link.ts';
import { addressCount, imageGroup, layOutPack, type PackLayout } from './pack/pack-layout.ts';
import { packSizeOf } from './pack/pack-of.ts';
import { packSize } from './pack/pack-size.ts';
import { raisePacked } from './pack/raise-packed.ts';
import { nameTaken, startPeers } from './peers.ts';
import { engineAt, type Placement, placeLab, placementOf, placementText } from './placement.ts';
import { requireStandingInput } from './podman.ts';
import { preflight, requireSubnet } from './preflight.ts';
import { ensureProgramImage } from './program-image.ts';
import { findRemains, type LabRemains } from './remains.ts';
import { removeAll } from './remove.ts';
import { formatSubnet, peerAddress } from './subnet.ts';
import type { FoundContainer } from './survey.ts';
import { requireSwarm } from './swarm.ts';
import { sweepOrphans } from './sweep.ts';

/**
 * Makes or repairs the lab.
 * @throws {LabError} as {@link Driver.up} says.
 */
export async function raiseLab(
  fleet: Fleet,
  settings: DockerSettings,
  plan: LabPlan,
  context: WorkContext,
): Promise<RunningLab> {
  // First of all: what cannot span these engines leaves nothing behind on those that do not answer.
  if (isSpanning(fleet)) await requireSwarm(fleet);
  const facts: LabFacts = {
    lab: plan.name,
    hash: plan.hash,
    version: settings.version,
    ...thisOwner(),
    ephemeral: plan.ephemeral,
    createdAtMs: Date.now(),
    run: uuid(),
    ...(isSpanning(fleet) ? { engines: fleet.engines.map(({ name }) => name) } : {}),
  };
  const channels = new Map<number, DockerChannel>();
  const links = new Map<number, BlockLink>();
  const gates: DockerChannel[] = [];
  // A throw-away lab has a name that nobody else wants.
  const isClaimed = plan.ephemeral || context.claim !== undefined;
  await using _claim = isClaimed ? undefined : await claimName(fleet.control, plan.name, context);
  try {
    return await raise({ fleet, settings, plan, context, facts, channels, links, gates });
  } catch (error) {
    for (const link of links.values()) link.close();
    if (
      context.keepsFailed === true &&
      !context.signal.aborted &&
      error instanceof LabError &&
      error.code === 'PEER_FAILED'
    ) {
      for (const channel of [...gates, ...channels.values()]) channel.close();
      throw error;
    }
    for (const gate of gates) gate.close();
    throw await rollBack(fleet, facts, channels, context.signal.aborted ? abortError(plan, error) : error);
  }
}

interface Raising {
  readonly fleet: Fleet;
  readonly settings: DockerSettings;
  readonly plan: LabPlan;
  readonly context: WorkContext;
  readonly facts: LabFacts;
  readonly channels: Map<number, DockerChannel>;
  /** To the containers of a packed lab. */
  readonly links: Map<number, BlockLink>;
  /** What keeps the gate of a throw-away lab. */
  readonly gates: DockerChannel[];
}

async function raise(raising: Raising): Promise<RunningLab> {
  const { fleet, settings, plan, context, facts, channels, links } = raising;
  context.signal.throwIfAborted();
  const { remains, controlFacts, placement, layout } = await survey(raising);
  const engineOf = ({ index }: PlannedPeer): Engine => engineAt(fleet, placement, index);
  context.signal.throwIfAborted();
  const imageOf = await image(raising, controlFacts, engineOf);
  context.signal.throwIfAborted();
  const network = await raiseNetwork(raising, { remains, imageOf, placement, layout });
  context.signal.throwIfAborted();
  context.report({ step: 'peers', state: 'started', detail: `0 of ${plan.peers.length}` });
  const existing = remains?.network === undefined ? [] : remains.containers;
  if (layout !== undefined) {
    const recipeOf = recipe(imageOf);
    const { cores } = controlFacts;
    const packed = { plan, facts, settings, context, network, layout, recipeOf, existing, cores };
    return await raisePacked(fleet, packed, links);
  }
  // First of all, since somebody else may have a port.
  const gate = await openGate(fleet.control, { plan, facts, settings, network });
  if (gate !== undefined) raising.gates.push(gate);
  context.signal.throwIfAborted();
  await startPeers(
    fleet,
    {
      plan,
      engineOf,
      roster: plan.peers,
      facts,
      settings,
      network,
      imageOf,
      existing,
      signal: context.signal,
      onStarted: count =>
        context.report({ step: 'peers', state: 'running', detail: `${count} of ${plan.peers.length}` }),
    },
    channels,
  );
  return conclude(raising, placement);
}

interface Surveyed {
  readonly remains: LabRemains | undefined;
  readonly controlFacts: EngineFacts;
  readonly placement: Placement;
  /** Of a lab whose peers share containers. */
  readonly layout: PackLayout | undefined;
}

/** Looks at what is there, and refuses what cannot be: before anything is made. */
async function survey({ fleet, settings, plan }: Raising): Promise<Surveyed> {
  if (!plan.ephemeral) await Promise.all(fleet.engines.map(requireStandingInput));
  await sweepOrphans(fleet);
  const [answers, taken, remains, foreign] = await Promise.all([
    Promise.all(fleet.engines.map(engineFacts)),
    takenSubnets(fleet),
    findRemains(fleet, plan.name),
    foreignName(fleet, plan),
  ]);
  if (remains !== undefined && (remains.facts.hash !== plan.hash || remains.facts.ephemeral !== plan.ephemeral)) {
    throw differentLab(plan, remains);
  }
  if (foreign !== undefined) throw foreign;
  const span = remains?.network === undefined ? undefined : readSpan(remains.network.labels);
  requireSameEngines(fleet, plan, remains);
  const placement =
    span === undefined ? placeLab(fleet, plan, answers, settings.pinned) : placementOf(span, fleet, plan);
  const control = answers[fleet.engines.indexOf(fleet.control)] as EngineFacts;
  const size =
    remains?.network === undefined ? packSize(plan.pack, plan.peers.length, control.cores) : packSizeOf(remains);
  const layout = size === undefined ? undefined : layOutPack(plan.peers, size);
  if (layout !== undefined) requireOneEngine(fleet, plan);
  for (const [i, engine] of fleet.engines.entries()) {
    const peers = plan.peers.filter(({ index }) => engineAt(fleet, placement, index) === engine);
    preflight({ ...plan, peers }, answers[i] as EngineFacts, settings, layout);
  }
  const length = layout === undefined ? addressesOf(plan) : addressCount(layout);
  const addressed = { name: plan.name, peers: { length } };
  if (remains?.network === undefined) requireSubnet(addressed, settings, taken, isSpanning(fleet));
  return { remains, controlFacts: control, placement, layout };
}

/** The blocks of a lab are on one engine's network. */
function requireOneEngine(fleet: Fleet, plan: LabPlan): void {
  if (!isSpanning(fleet)) return;
  throw new LabError('CANNOT_CARRY', `${plan.name} is packed: its containers run on one engine`, {
    advice: 'name one engine, or leave out pack: and --pack',
    details: { lab: plan.name, engines: fleet.engines.map(({ name }) => name) },
  });
}

/** A lab stays on the engines that it was made on: a container elsewhere could not join its network, or would be seen by nobody. */
function requireSameEngines({ engines }: Fleet, plan: LabPlan, remains: LabRemains | undefined): void {
  if (remains === undefined) return;
  const there = (remains.facts.engines ?? []).toSorted().join(', ');
  const asked =
    engines.length > 1
      ? engines
          .map(({ name }) => name)
          .toSorted()
          .join(', ')
      : '';
  if (there === asked) return;
  const where = there === '' ? 'one engine' : `the engines ${there}`;
  throw new LabError('NAME_TAKEN', `a lab named ${plan.name} already exists on ${where}`, {
    advice: `name the same engines, or remove it: lab down ${plan.name}`,
    details: { lab: plan.name, engines: remains.facts.engines ?? [] },
  });
}

function differentLab(plan: LabPlan, remains: LabRemains): LabError {
  const why =
    remains.facts.hash === plan.hash
      ? `it is ${remains.facts.ephemeral ? 'a throw-away lab' : 'a lasting lab'}, created by ${remains.facts.owner}`
      : 'its topology differs';
  return new LabError('NAME_TAKEN', `a lab named ${plan.name} already exists, and ${why}`, {
    advice: `lab down ${plan.name} removes it; or give this one another name`,
    details: { lab: plan.name, hash: remains.facts.hash, owner: remains.facts.owner },
  });
}

/** The refusal when a container or network of a name that the lab needs exists and belongs to no lab, or to another. */
async function foreignName(fleet: Fleet, plan: LabPlan): Promise<LabError | undefined> {
  const prefix = networkName(plan.name);
  const start = containerName(plan.name, '');
  const [{ found: containers }, { found: networks }] = await Promise.all([
    askEach(fleet, async engine =>
      engine.call('list the containers', abortSignal =>
        engine.docker.listContainers({ all: true, filters: { name: [start] }, abortSignal }),
      ),
    ),
    askEach(fleet, async engine =>
      engine.call('list the networks', abortSignal =>
        engine.docker.listNetworks({ filters: { name: [prefix] }, abortSignal }),
      ),
    ),
  ]);
  const wanted = new Set(plan.peers.map(peer => `/${containerName(plan.name, peer.name)}`));
  const container = containers
    .filter(other => other.Labels[LABEL.lab] !== plan.name)
    .flatMap(other => other.Names)
    .find(name => wanted.has(name));
  if (container !== undefined) return nameTaken(container.slice(1));
  const network = networks.find(other => other.Name === prefix && other.Labels?.[LABEL.lab] !== plan.name);
  if (network === undefined) return undefined;
  return new LabError('NAME_TAKEN', `the network ${prefix} already exists and belongs to another lab`, {
    advice: `remove it (docker network rm ${prefix}), or give the lab another name`,
    details: { network: prefix },
  });
}

type ImageOf = (peer: PlannedPeer) => KindInImage;

async function image(
  { fleet, settings, plan, context }: Raising,
  facts: EngineFacts,
  engineOf: (peer: PlannedPeer) => Engine,
): Promise<ImageOf> {
  const { control: engine } = fleet;
  context.report({ step: 'image', state: 'started', detail: 'looking for it' });
  // A lab of kinds alone needs no node: it is up where this project's image cannot be made.
  const base = plan.peers.some(({ program, kind }) => program !== undefined || kind === undefined)
    ? await ensureImage(engine, settings, facts)
    : undefined;
  const images = new Map<string, KindInImage>();
  for (const { program, kind } of plan.peers) {
    const key = imageGroup({ program, kind });
    if (key === '' || images.has(key)) continue;
    context.signal.throwIfAborted();
    if (program !== undefined && base !== undefined) {
      images.set(key, await ensureProgramImage(engine, base.reference, program));
    } else if (kind !== undefined) {
      context.report({ step: 'image', state: 'running', detail: `of the kind ${kind.name}` });
      images.set(key, await ensureKindImage(engine, settings, facts, kind));
    }
  }
  const references = [...images.values()].map(({ reference }) => reference);
  const keep = base === undefined ? references : [base.reference, ...references];
  const imageOf = (peer: PlannedPeer): KindInImage => {
    const found = images.get(imageGroup(peer)) ?? base;
    if (found === undefined) throw new Error(`no image was made for ${peer.name}`);
    return found;
  };
  const needed = new Map(
    fleet.engines.map(one => {
      const own = plan.peers.filter(peer => engineOf(peer) === one);
      return [one, new Set(own.map(peer => imageOf(peer).reference))] as const;
    }),
  );
  const sent = await bringImages({
    from: engine,
    needed,
    signal: context.signal,
    onSend: (reference, to) =>
      context.report({ step: 'image', state: 'running', detail: `${reference} to engine ${to.name}` }),
  });
  await Promise.all(fleet.engines.map(async one => await sweepImages(one, keep)));
  const kinds = [...new Set(plan.peers.flatMap(({ kind }) => (kind === undefined ? [] : [kind.name])))];
  const made = [
    ...(base === undefined ? [] : [base.summary]),
    ...kinds.map(kind => `kind ${kind}`),
    ...(sent === 0 ? [] : [`${sent} sent to other engines`]),
  ];
  context.report({ step: 'image', state: 'done', detail: made.join(', ') });
  return imageOf;
}

interface NetworkStep {
  readonly remains: LabRemains | undefined;
  readonly imageOf: ImageOf;
  readonly placement: Placement;
  readonly layout: PackLayout | undefined;
}

async function raiseNetwork(
  raising: Raising,
  { remains, imageOf, placement, layout }: NetworkStep,
): Promise<LabNetwork> {
  const { fleet, settings, plan, context, facts } = raising;
  context.report({ step: 'network', state: 'started', detail: networkName(plan.name) });
  const span = isSpanning(fleet) ? { engines: fleet.specs, places: placement.places } : undefined;
  const network = await existingOrNew(remains);
  const kind = span === undefined ? 'internal network' : 'internal overlay network';
  const detail = `${network.name}  ${formatSubnet(network.subnet)}, ${kind}, no external access`;
  context.report({ step: 'network', state: 'done', detail });
  return network;

  async function existingOrNew(found: LabRemains | undefined): Promise<LabNetwork> {
    const there = found?.network;
    if (there?.subnet !== undefined) return { id: there.id, name: there.name, subnet: there.subnet };
    // Containers whose network is gone cannot be started any more.
    if (found !== undefined) await removeAll(fleet, { lab: plan.name });
    const packed = layout && { addresses: addressCount(layout), size: layout.size };
    const wish = { plan, facts, pools: settings.subnetPools, recipeOf: recipe(imageOf), span, packed };
    return createNetwork(fleet, wish);
  }
}

function recipe(imageOf: ImageOf): (peer: PlannedPeer) => PeerRecipe {
  return peer => {
    const { reference, entrypoint } = imageOf(peer);
    const { index: _, name: __, nodeId: ___, ...settings } = peer;
    return { image: reference, settings, ...(entrypoint === undefined ? {} : { entrypoint }) };
  };
}

/** Sees to it that every peer still runs, each with its address, and hands the lab over. */
async function conclude(
  { fleet, settings, plan, context, channels, gates }: Raising,
  placement: Placement,
): Promise<RunningLab> {
  const remains = await findRemains(fleet, plan.name);
  const [silence] = remains?.silent ?? [];
  if (silence !== undefined) throw silence.error;
  const running = (remains?.containers ?? []).filter(({ state }) => state === 'running' || state === 'paused');
  const present = new Set(running.map(container => container.peer.index));
  const lost = plan.peers.find(peer => !present.has(peer.index));
  if (remains === undefined || lost !== undefined) {
    const engine = lost === undefined ? fleet.control : engineAt(fleet, placement, lost.index);
    throw await peerEnded({ engine, plan, peer: lost, channels, containers: remains?.containers ?? [] });
  }
  const addresses = new Set(running.map(container => container.address)).size;
  requireAddresses(plan, remains, running);
  const spread = isSpanning(fleet) ? `; ${placementText(placement, fleet, plan)}` : '';
  context.report({ step: 'peers', state: 'done', detail: `${running.length} up, ${addresses} addresses${spread}` });
  return await dockerLab(fleet, settings, remains, channels, gates);
}

/** An engine gives the address that it is asked for, or none: another one would make what is proven about a peer false. */
function requireAddresses(plan: LabPlan, { network }: LabRemains, running: readonly FoundContainer[]): void {
  const subnet = network?.subnet;
  if (subnet === undefined) return;
  const wrong = running.find(
    ({ connected, address, peer }) => connected && address !== peerAddress(subnet, peer.index),
  );
  if (wrong === undefined) return;
  const wanted = peerAddress(subnet, wrong.peer.index);
  throw new LabError(
    'ENGINE_REFUSED',
    `${wrong.peer.name} of ${plan.name} has the address ${wrong.address}, not ${wanted}`,
    {
      details: { peer: wrong.peer.name, address: wrong.address, wanted },
    },
  );
}

/** Lines of a peer's log that are searched for why it ended. */
const LOG_LINES = 1000;

interface EndedPeer {
  readonly engine: Engine;
  readonly plan: LabPlan;
  readonly peer: PlannedPeer | undefined;
  readonly channels: ReadonlyMap<number, DockerChannel>;
  readonly containers: readonly FoundContainer[];
}

async function peerEnded({ engine, plan, peer, channels, containers }: EndedPeer): Promise<LabError> {
  const channel = peer === undefined ? undefined : channels.get(peer.index);
  const end = channel === undefined ? { reason: 'is gone' } : await channel.closed;
  const container = containers.find(({ peer: { index } }) => index === peer?.index);
  // This call has no channel of a peer that ran before it; the container may still have its log.
  const words = channel?.lastWords ?? (await wordsOf(engine, container?.id));
  const { clause, cause, lines: lastLines } = words;
  const output = printedBy(channel);
  const details = {
    lab: plan.name,
    peer: peer?.name,
    ...end,
    lastLines,
    ...(output.length === 0 ? {} : { output }),
    ...(cause === undefined ? {} : { cause }),
  };
  const message = `the peer ${peer?.name ?? ''} of ${plan.name} ${end.reason} right after its start${clause}`;
  return new LabError('PEER_FAILED', message, { details });
}

/** What a peer printed that has ended before anybody listened; the newest lines of it. */
function printedBy(channel: DockerChannel | undefined): readonly string[] {
  const lines: string[] = [];
  channel?.listen(line => lines.push(line));
  return lines.slice(-LOG_LINES);
}

async function wordsOf(engine: Engine, containerId: string | undefined): Promise<LastWords> {
  const words = new LastWords();
  if (containerId === undefined) return words;
  try {
    for await (const line of containerLogs(engine, containerId, { tail: LOG_LINES })) words.add(line);
  } catch {
    // That it does not run is the news.
  }
  return words;
}

function abortError(plan: LabPlan, cause: unknown): LabError {
  return new LabError('ABORTED', `up of ${plan.name} was interrupted`, { details: { lab: plan.name }, cause });
}

/**
 * Removes what the call made and gives the error to throw: the one that ended the call, or, where the removal failed as
 * well, one that says what may be left.
 */
async function rollBack(
  fleet: Fleet,
  facts: LabFacts,
  channels: ReadonlyMap<number, DockerChannel>,
  error: unknown,
): Promise<unknown> {
  for (const channel of channels.values()) channel.close();
  try {
    await removeAll(fleet, { lab: facts.lab, run: facts.run });
    return error;
  } catch (failure) {
    const first = error instanceof LabError ? error : new LabError('ENGINE_REFUSED', String(error), { cause: error });
    return new LabError(first.code, `${first.message}; parts of ${facts.lab} may remain${whereLeft(failure)}`, {
      advice: isSpanning(fleet) ? `when its engines answer again: lab down ${facts.lab}` : removalAdvice(facts.lab),
      details: { ...first.details, mayBeLeft: networkName(facts.lab), rollback: String(failure) },
      cause: first,
      definite: false,
    });
  }
}

/** The engines on which something may be left, where it is that they do not answer. */
function whereLeft(failure: unknown): string {
  const name = isUnreachable(failure) ? failure.details.engineName : undefined;
  return typeof name === 'string' ? ` on engine ${name}, which does not answer` : '';
}
