/**
 * The labels by which a lab is found again: they are its only state. What docs and `docker ps --filter` call
 * `dev.peerlab.lab` and so on is defined here.
 */
import { hostname, userInfo } from 'node:os';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EngineSpec, LabPlan, PlannedPeer, Way } from '@peerlab/driver';
import { fateOf, type ProcessFate, readIdentity, thisProcess, writeIdentity } from '@peerlab/driver';

/** The names of the labels. */
export const LABEL = {
  lab: 'dev.peerlab.lab',
  peer: 'dev.peerlab.peer',
  index: 'dev.peerlab.index',
  nodeId: 'dev.peerlab.node-id',
  hash: 'dev.peerlab.hash',
  version: 'dev.peerlab.version',
  owner: 'dev.peerlab.owner',
  /** The owner's process, as it can be asked for: `owner` is for people, and names another one elsewhere or later. */
  process: 'dev.peerlab.process',
  ephemeral: 'dev.peerlab.ephemeral',
  created: 'dev.peerlab.created',
  /** One per call of `up`: what that call made is found by it, whatever became of the replies. */
  run: 'dev.peerlab.run',
  topology: 'dev.peerlab.topology',
  peers: 'dev.peerlab.peers',
  /** What the peers are made from, so that one that the engine has removed can be made anew. */
  recipes: 'dev.peerlab.recipes',
  image: 'dev.peerlab.image',
  /** The names of the engines that a lab spans. */
  engines: 'dev.peerlab.engines',
  /** Their endpoints, and which of them has each peer. */
  span: 'dev.peerlab.span',
  /** A volume that says who makes the lab of that name. */
  claim: 'dev.peerlab.claim',
  /** A volume that notes a cut of the network between peers: which ways. */
  cut: 'dev.peerlab.cut',
  /** A volume that holds a peer's data: its path in the container. */
  volume: 'dev.peerlab.volume',
  /** Peers that share a container: of a network how many at most, of a container how many do. */
  packed: 'dev.peerlab.packed',
  /** A container that publishes ports of a lab: which, as JSON. */
  gate: 'dev.peerlab.gate',
  /** A container that does something for a moment and belongs to no lab: what it does. */
  helper: 'dev.peerlab.helper',
} as const;

/** Labels as the engine has them. */
export type Labels = Readonly<Record<string, string>>;

/** What every container and network of a lab says of the lab. */
export interface LabFacts {
  readonly lab: string;
  readonly hash: string;
  readonly version: string;
  /** `user@host:pid` of the process that made it. */
  readonly owner: string;
  /** That process as it can be asked for; empty where its system does not tell. */
  readonly process: string;
  readonly ephemeral: boolean;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** The call of `up` that made it. */
  readonly run: string;
  /** The names of the engines that it spans; left out for a lab of one. */
  readonly engines?: readonly string[];
}

/** Name and node id of a peer, as the network's label keeps them: also a peer whose container is gone has both. */
export type PeerIdentity = readonly [name: string, nodeId: string];

/** What a peer's container is made from, beside who the peer is. */
export interface PeerRecipe {
  readonly image: string;
  /** In place of the image's own entry point. */
  readonly entrypoint?: readonly string[];
  readonly settings: Omit<PlannedPeer, 'index' | 'name' | 'nodeId'>;
}

/** The labels common to a lab's containers and network. */
export function labLabels(facts: LabFacts): Labels {
  return {
    [LABEL.lab]: facts.lab,
    [LABEL.hash]: facts.hash,
    [LABEL.version]: facts.version,
    [LABEL.owner]: facts.owner,
    [LABEL.process]: facts.process,
    [LABEL.ephemeral]: facts.ephemeral ? '1' : '0',
    [LABEL.created]: String(facts.createdAtMs),
    [LABEL.run]: facts.run,
    ...(facts.engines === undefined ? {} : { [LABEL.engines]: facts.engines.join(',') }),
  };
}

/** The labels of a peer's container. */
export function peerLabels(facts: LabFacts, peer: Pick<PlannedPeer, 'name' | 'index' | 'nodeId'>): Labels {
  return {
    ...labLabels(facts),
    [LABEL.peer]: peer.name,
    [LABEL.index]: String(peer.index),
    [LABEL.nodeId]: peer.nodeId,
  };
}

/** The engines that a lab spans. */
export interface Span {
  readonly engines: readonly EngineSpec[];
  /** For every peer the place of its engine in that list. */
  readonly places: readonly number[];
}

/** The labels of a lab's network: it carries the topology, who the peers are, and what each is made from. */
export function networkLabels(
  facts: LabFacts,
  plan: Pick<LabPlan, 'topology' | 'peers'>,
  recipeOf: (peer: PlannedPeer) => PeerRecipe,
  { span, packSize }: { readonly span?: Span | undefined; readonly packSize?: number | undefined } = {},
): Labels {
  const identities: readonly PeerIdentity[] = plan.peers.map(peer => [peer.name, peer.nodeId]);
  return {
    ...labLabels(facts),
    [LABEL.topology]: pack(plan.topology),
    [LABEL.peers]: pack(JSON.stringify(identities)),
    [LABEL.recipes]: pack(JSON.stringify(plan.peers.map(recipeOf))),
    ...(span === undefined ? {} : { [LABEL.span]: pack(JSON.stringify(span)) }),
    ...(packSize === undefined ? {} : { [LABEL.packed]: String(packSize) }),
  };
}

/** The labels of a cut: it goes with the lab. */
export function cutLabels(lab: string, ways: readonly Way[]): Labels {
  return { [LABEL.lab]: lab, [LABEL.cut]: pack(JSON.stringify(ways)), ...ownerLabels() };
}

/** Reads a cut back; without ways where the label is damaged. */
export function readCut(labels: Labels): { readonly lab: string; readonly ways: readonly Way[] } {
  return { lab: labels[LABEL.lab] ?? '', ways: readList(labels[LABEL.cut]).filter(isWay) };
}

/** Reads the facts back; undefined when these are not the labels of a lab. What is unreadable gets a neutral value. */
export function readLabFacts(labels: Labels | undefined): LabFacts | undefined {
  const lab = labels?.[LABEL.lab];
  if (labels === undefined || lab === undefined || lab === '') return undefined;
  const { [LABEL.engines]: engines = '' } = labels;
  return {
    lab,
    hash: labels[LABEL.hash] ?? '',
    version: labels[LABEL.version] ?? '',
    owner: labels[LABEL.owner] ?? '',
    process: labels[LABEL.process] ?? '',
    ephemeral: labels[LABEL.ephemeral] === '1',
    createdAtMs: Number(labels[LABEL.created] ?? 0) || 0,
    run: labels[LABEL.run] ?? '',
    ...(engines === '' ? {} : { engines: engines.split(',') }),
  };
}

/** Reads a container's peer back; undefined when the labels name none. */
export function readPeer(
  labels: Labels,
): { readonly name: string; readonly index: number; readonly nodeId: string } | undefined {
  const name = labels[LABEL.peer];
  const index = Number(labels[LABEL.index] ?? 'none');
  if (name === undefined || !Number.isInteger(index) || index < 0) return undefined;
  return { name, index, nodeId: labels[LABEL.nodeId] ?? '' };
}

/** Reads the topology's JSON from a network's labels; empty when it is not there or damaged. */
export function readTopology(labels: Labels): string {
  return unpack(labels[LABEL.topology]) ?? '';
}

/** Reads who the peers are from a network's labels; empty when it is not there or damaged. */
export function readIdentities(labels: Labels): readonly PeerIdentity[] {
  return readList(labels[LABEL.peers]).filter(isIdentity);
}

/**
 * Reads the peers back, each with what it is made from, in topology order; empty when that is not there or damaged.
 */
export function readPlannedPeers(
  labels: Labels,
): readonly { readonly peer: PlannedPeer; readonly recipe: PeerRecipe }[] {
  const recipes = readRecipes(labels);
  return readIdentities(labels).flatMap(([name, nodeId], index) => {
    const recipe = recipes[index];
    return recipe === undefined ? [] : [{ peer: { ...recipe.settings, index, name, nodeId }, recipe }];
  });
}

function readRecipes(labels: Labels): readonly PeerRecipe[] {
  return readList(labels[LABEL.recipes]) as readonly PeerRecipe[];
}

/** Reads the engines of a lab back; undefined for a lab of one engine, and where the label is damaged. */
export function readSpan(labels: Labels): Span | undefined {
  try {
    const { engines, places } = JSON.parse(unpack(labels[LABEL.span]) ?? '{}') as Partial<Span>;
    const isWhole = Array.isArray(engines) && engines.every(isEngineSpec) && Array.isArray(places);
    return isWhole ? { engines, places: places.map(Number) } : undefined;
  } catch {
    return undefined;
  }
}

function isEngineSpec(value: unknown): value is EngineSpec {
  const { name, endpoint } = Object(value) as Partial<EngineSpec>;
  return typeof name === 'string' && typeof endpoint === 'string';
}

/** Reads a packed list back; empty when it is not there or damaged. */
function readList(packed: string | undefined): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(unpack(packed) ?? '[]');
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** The process that creates something in the engine: for people, and to be asked for. */
export interface Owner {
  /** `user@host:pid`. */
  readonly owner: string;
  readonly process: string;
}

/** This process. */
export function thisOwner(): Owner {
  return { owner: `${userName()}@${hostname()}:${process.pid}`, process: writeIdentity(thisProcess()) };
}

/** The labels that say so, of what belongs to no lab. */
export function ownerLabels(): Labels {
  const { owner, process: identity } = thisOwner();
  return { [LABEL.owner]: owner, [LABEL.process]: identity, [LABEL.created]: String(Date.now()) };
}

/** What became of an owner. One of another machine, or of another container, cannot be asked from here. */
export function ownerFate({ process: identity }: Pick<Owner, 'process'>): ProcessFate {
  return fateOf(readIdentity(identity));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

function isIdentity(value: unknown): value is PeerIdentity {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}

function isWay(value: unknown): value is Way {
  return Array.isArray(value) && value.length === 2 && value.every(end => Number.isInteger(end) && end >= 0);
}

function pack(text: string): string {
  return deflateRawSync(text).toString('base64');
}

function unpack(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return inflateRawSync(Buffer.from(text, 'base64')).toString('utf8');
  } catch {
    return undefined;
  }
}
