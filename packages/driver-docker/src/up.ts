/**
 * `up`: image, network, peers, in this order; a lab that exists is repaired. Whatever ends it early, what this call made
 * is removed: all of it carries the call's own label.
 */

import type { LabPlan, PlannedPeer, RunningLab, WorkContext } from '@peerlab/driver';
import { LabError, LastWords } from '@peerlab/driver';
import { v4 as uuid } from 'uuid';
import type { DockerChannel } from './channel.ts';
import { claimName } from './claim.ts';
import type { Engine } from './engine.ts';
import { type EngineFacts, engineFacts } from './engine-facts.ts';
import { ensureImage } from './image.ts';
import { sweepImages } from './image-sweep.ts';
import { ensureKindImage, type KindInImage } from './kind-image.ts';
import { dockerLab } from './lab.ts';
import { LABEL, type LabFacts, type PeerRecipe, thisOwner } from './labels.ts';
import { containerLogs } from './logs.ts';
import { containerName, networkName, removalAdvice } from './names.ts';
import { createNetwork, type LabNetwork, takenSubnets } from './network.ts';
import type { DockerSettings } from './options.ts';
import { nameTaken, startPeers } from './peers.ts';
import { preflight } from './preflight.ts';
import { ensureProgramImage } from './program-image.ts';
import { findRemains, type LabRemains } from './remains.ts';
import { removeAll } from './remove.ts';
import { formatSubnet } from './subnet.ts';
import type { FoundContainer } from './survey.ts';
import { sweepOrphans } from './sweep.ts';

/**
 * Makes or repairs the lab.
 * @throws {LabError} as {@link Driver.up} says.
 */
export async function raiseLab(
  engine: Engine,
  settings: DockerSettings,
  plan: LabPlan,
  context: WorkContext,
): Promise<RunningLab> {
  const facts: LabFacts = {
    lab: plan.name,
    hash: plan.hash,
    version: settings.version,
    ...thisOwner(),
    ephemeral: plan.ephemeral,
    createdAtMs: Date.now(),
    run: uuid(),
  };
  const channels = new Map<number, DockerChannel>();
  // A throw-away lab has a name that nobody else wants.
  const isClaimed = plan.ephemeral || context.claim !== undefined;
  await using _claim = isClaimed ? undefined : await claimName(engine, plan.name, context);
  try {
    return await raise({ engine, settings, plan, context, facts, channels });
  } catch (error) {
    if (
      context.keepsFailed === true &&
      !context.signal.aborted &&
      error instanceof LabError &&
      error.code === 'PEER_FAILED'
    ) {
      for (const channel of channels.values()) channel.close();
      throw error;
    }
    throw await rollBack(engine, facts, channels, context.signal.aborted ? abortError(plan, error) : error);
  }
}

interface Raising {
  readonly engine: Engine;
  readonly settings: DockerSettings;
  readonly plan: LabPlan;
  readonly context: WorkContext;
  readonly facts: LabFacts;
  readonly channels: Map<number, DockerChannel>;
}

async function raise(raising: Raising): Promise<RunningLab> {
  const { engine, settings, plan, context, facts, channels } = raising;
  context.signal.throwIfAborted();
  const { remains, engineFacts: kind } = await survey(raising);
  context.signal.throwIfAborted();
  const imageOf = await image(raising, kind);
  context.signal.throwIfAborted();
  const network = await raiseNetwork(raising, remains, imageOf);
  context.signal.throwIfAborted();
  context.report({ step: 'peers', state: 'started', detail: `0 of ${plan.peers.length}` });
  const existing = remains?.network === undefined ? [] : remains.containers;
  await startPeers(
    engine,
    {
      plan,
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
  return conclude(raising);
}

interface Surveyed {
  readonly remains: LabRemains | undefined;
  readonly engineFacts: EngineFacts;
}

/** Looks at what is there, and refuses what cannot be: before anything is made. */
async function survey({ engine, settings, plan }: Raising): Promise<Surveyed> {
  await sweepOrphans(engine);
  const [answer, taken, remains, foreign] = await Promise.all([
    engineFacts(engine),
    takenSubnets(engine),
    findRemains(engine, plan.name),
    foreignName(engine, plan),
  ]);
  if (remains !== undefined && (remains.facts.hash !== plan.hash || remains.facts.ephemeral !== plan.ephemeral)) {
    throw differentLab(plan, remains);
  }
  if (foreign !== undefined) throw foreign;
  preflight(plan, answer, settings, remains?.network === undefined ? taken : undefined);
  return { remains, engineFacts: answer };
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
async function foreignName(engine: Engine, plan: LabPlan): Promise<LabError | undefined> {
  const prefix = networkName(plan.name);
  const [containers, networks] = await Promise.all([
    engine.call('list the containers', abortSignal =>
      engine.docker.listContainers({ all: true, filters: { name: [prefix] }, abortSignal }),
    ),
    engine.call('list the networks', abortSignal =>
      engine.docker.listNetworks({ filters: { name: [prefix] }, abortSignal }),
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

async function image({ engine, settings, plan, context }: Raising, facts: EngineFacts): Promise<ImageOf> {
  context.report({ step: 'image', state: 'started', detail: 'looking for it' });
  // A lab of kinds alone needs no node: it is up where this project's image cannot be made.
  const base = plan.peers.some(({ program, kind }) => program !== undefined || kind === undefined)
    ? await ensureImage(engine, settings, facts)
    : undefined;
  const images = new Map<string, KindInImage>();
  for (const { program, kind } of plan.peers) {
    const key = programKey({ program, kind });
    if (key === undefined || images.has(key)) continue;
    context.signal.throwIfAborted();
    if (program !== undefined && base !== undefined) {
      images.set(key, await ensureProgramImage(engine, base.reference, program));
    } else if (kind !== undefined) {
      context.report({ step: 'image', state: 'running', detail: `of the kind ${kind.name}` });
      images.set(key, await ensureKindImage(engine, settings, facts, kind));
    }
  }
  const references = [...images.values()].map(({ reference }) => reference);
  await sweepImages(engine, base === undefined ? references : [base.reference, ...references]);
  const kinds = [...new Set(plan.peers.flatMap(({ kind }) => (kind === undefined ? [] : [kind.name])))];
  const made = [...(base === undefined ? [] : [base.summary]), ...kinds.map(kind => `kind ${kind}`)];
  context.report({ step: 'image', state: 'done', detail: made.join(', ') });
  return peer => {
    const found = images.get(programKey(peer) ?? '') ?? base;
    if (found === undefined) throw new Error(`no image was made for ${peer.name}`);
    return found;
  };
}

/** Undefined for the project's own peer. */
function programKey({ program, kind }: Pick<PlannedPeer, 'program' | 'kind'>): string | undefined {
  return program === undefined ? kind?.name : JSON.stringify(program);
}

async function raiseNetwork(raising: Raising, remains: LabRemains | undefined, imageOf: ImageOf): Promise<LabNetwork> {
  const { engine, settings, plan, context, facts } = raising;
  context.report({ step: 'network', state: 'started', detail: networkName(plan.name) });
  const network = await existingOrNew(raising, remains);
  const detail = `${network.name}  ${formatSubnet(network.subnet)}, internal network, no external access`;
  context.report({ step: 'network', state: 'done', detail });
  return network;

  async function existingOrNew(_: Raising, found: LabRemains | undefined): Promise<LabNetwork> {
    const there = found?.network;
    if (there?.subnet !== undefined) return { id: there.id, name: there.name, subnet: there.subnet };
    // Containers whose network is gone cannot be started any more.
    if (found !== undefined) await removeAll(engine, { lab: plan.name });
    return createNetwork(engine, { plan, facts, pools: settings.subnetPools, recipeOf: recipe(imageOf) });
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
async function conclude({ engine, settings, plan, context, channels }: Raising): Promise<RunningLab> {
  const remains = await findRemains(engine, plan.name);
  const running = (remains?.containers ?? []).filter(({ state }) => state === 'running' || state === 'paused');
  const present = new Set(running.map(container => container.peer.index));
  const lost = plan.peers.find(peer => !present.has(peer.index));
  if (remains === undefined || lost !== undefined) {
    throw await peerEnded({ engine, plan, peer: lost, channels, containers: remains?.containers ?? [] });
  }
  const addresses = new Set(running.map(container => container.address)).size;
  context.report({ step: 'peers', state: 'done', detail: `${running.length} up, ${addresses} addresses` });
  return dockerLab(engine, settings, remains, channels);
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
  engine: Engine,
  facts: LabFacts,
  channels: ReadonlyMap<number, DockerChannel>,
  error: unknown,
): Promise<unknown> {
  for (const channel of channels.values()) channel.close();
  try {
    await removeAll(engine, { lab: facts.lab, run: facts.run });
    return error;
  } catch (failure) {
    const first = error instanceof LabError ? error : new LabError('ENGINE_REFUSED', String(error), { cause: error });
    return new LabError(first.code, `${first.message}; parts of ${facts.lab} may remain`, {
      advice: removalAdvice(facts.lab),
      details: { ...first.details, mayBeLeft: networkName(facts.lab), rollback: String(failure) },
      cause: first,
      definite: false,
    });
  }
}
