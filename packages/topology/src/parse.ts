/**
 * From a topology file to the model. Everything that is wrong is reported at once, each with its place and advice:
 * first what the schema says, then what needs the whole file: names, references, a generator's parameters together.
 */

import {
  boundsText,
  type DrawnLinkSettings,
  didYouMean,
  isWithin,
  type LinkSettings,
  ownValue,
  type SecuritySetting,
} from '@peerlab/conditions';
import { GENERATORS, type GeneratorSpec } from '@peerlab/graph';
import {
  looseFileSchema,
  MAX_NAME_LENGTH,
  MAX_OWN_PEERS,
  NAME_PATTERN,
  NAME_RULE,
  OWN_LINKS,
  type PeerEntry,
  type TopologyFile,
} from './file-schema.ts';
import { readGenerator } from './generator-section.ts';
import { nameAdvice } from './in-words.ts';
import { type Kinds, readKinds } from './kind-section.ts';
import { canBeLaidOut, keysOfPeers, laidOut, layOut, MAX_LAID_OUT, undrawnTopologyOf } from './large-topology.ts';
import {
  isLargeTopology,
  type KindSpec,
  type LargeTopology,
  type LinkSpec,
  type PackWish,
  type PeerSettings,
  type PeerSpec,
  type Topology,
} from './model.ts';
import { readNeeds } from './needs-section.ts';
import { isOwnLinksSection, readOwnPeers } from './own-links.ts';
import { heldOutside } from './ports-section.ts';
import type { SetupStep } from './program-model.ts';
import { ProgramReader } from './program-section.ts';
import { FLOODED_ABOVE_PEERS } from './proven-by-floods.ts';
import type { Scenario } from './scenario/model.ts';
import { RESERVED_NAMES } from './scenario/peer-words.ts';
import { readScenario } from './scenario/read-scenario.ts';
import { ScenarioValues } from './scenario/scenario-values.ts';
import { type SchemaProblems, schemaProblems } from './schema-problems.ts';
import { defaultSecurityOf, securityOf, unequalLink } from './security-of.ts';
import { checkDegrees, checkLinkSettings, checkVariables, type Report } from './startable.ts';
import type { TemplateScope } from './templates.ts';
import { TopologyError, type TopologyProblem } from './topology-error.ts';
import { type Path, YamlDocument } from './yaml-document.ts';

/** How a file is read. */
export interface ParseOptions {
  /** The file's path, for messages, and for the name where the file gives none. */
  readonly file: string;
  /** In place of what the file says. */
  readonly overrides?:
    | {
        readonly name?: string | undefined;
        readonly seed?: number | undefined;
        readonly pack?: PackWish | undefined;
        readonly security?: SecuritySetting | undefined;
      }
    | undefined;
}

/** The seed of a file that gives none. */
const DEFAULT_SEED = 1;

/** Names that are compared, in one file, for a did-you-mean: past them an unknown peer is reported without. */
const MAX_COMPARISONS = 100_000;

/**
 * Reads a topology and lays it out, peer by peer.
 * @throws {TopologyError} `TOPOLOGY_INVALID` with every problem, in the order of the file; also for more peers and links
 *   than are laid out
 */
export function parseTopology(source: string | Uint8Array, options: ParseOptions): Topology {
  const topology = parseAnyTopology(source, options);
  if (!isLargeTopology(topology)) return topology;
  if (canBeLaidOut(topology)) return layOut(topology);
  const document = new YamlDocument(source, options.file);
  throw new TopologyError([document.problem(['topology'], tooLargeText(topology), 'use the driver simulation')]);
}

/**
 * Reads a topology. One whose generator makes many peers, and of which nothing speaks of single ones, is not laid out:
 * that takes a moment, whatever its size.
 * @throws {TopologyError} `TOPOLOGY_INVALID` with every problem, in the order of the file
 */
export function parseAnyTopology(source: string | Uint8Array, options: ParseOptions): Topology | LargeTopology {
  const document = new YamlDocument(source, options.file);
  const parsed = looseFileSchema.safeParse(document.data);
  const schema = parsed.success
    ? { problems: [], misspelt: new Set<string>() }
    : schemaProblems(parsed.error.issues, document);
  const { topology, problems } = new FileReader(document, schema).read(options);
  if (problems.length > 0) throw new TopologyError(inFileOrder(problems));
  return topology;
}

/** Reads what can be read of a file, whatever else is wrong with it. */
class FileReader {
  readonly #file: TopologyFile;
  readonly #document: YamlDocument;
  readonly #problems: TopologyProblem[];
  readonly #misspelt: ReadonlySet<string>;
  /** Paths that the schema has reported, or something below them: what it has said is not said again. */
  readonly #reported: Set<string>;
  #comparisonsLeft: number = MAX_COMPARISONS;

  constructor(document: YamlDocument, schema: SchemaProblems) {
    this.#file = asFile(document.data);
    this.#document = document;
    this.#problems = [...schema.problems];
    this.#misspelt = schema.misspelt;
    this.#reported = new Set(schema.problems.flatMap(({ path }) => pathAndAbove(path)));
  }

  read({ file: source, overrides }: ParseOptions): {
    topology: Topology | LargeTopology;
    problems: readonly TopologyProblem[];
  } {
    const seed = this.#seed(overrides?.seed);
    const name = this.#name(source, overrides?.name);
    const pack = overrides?.pack ?? this.#file.pack;
    const asked = overrides?.security ?? this.#file.security;
    const defaults = this.#file.defaults ?? {};
    const spec = this.#generator();
    const undrawn =
      spec &&
      undrawnTopologyOf(spec, {
        name,
        seed,
        source,
        defaults: undrawnDefaults(defaults.ttl, defaults.links),
        ...(pack === undefined ? {} : { pack }),
        ...withSecurity(asked ?? 'sealed'),
      });
    if (undrawn !== undefined && this.#staysUndrawn(undrawn)) return { topology: undrawn, problems: this.#problems };
    const generated = this.#generated(spec, seed);
    const peers = this.#ownPeers() ?? (generated === undefined ? this.#explicitPeers() : generated.peers);
    const links = [...(generated?.links ?? []), ...this.#explicitLinks(peers, generated?.links ?? [])];
    const isOwn = this.#hasOwnLinks(peers);
    const { links: linkDefaults, peers: peerDefaults, ttl } = defaults;
    this.#checkStart(peers, links);
    const kinds = this.#kinds(peers);
    this.#checkPeerTexts(peers, kinds);
    this.#checkPorts(peers, kinds);
    const setup = this.#setup(peers, kinds);
    const scenario = this.#scenario(peers, kinds, isOwn);
    const kindOf = (peer: number): KindSpec | undefined => {
      const kind = kinds.of(peer);
      return kind === undefined ? undefined : (kinds.specs.find(spec => spec.name === kind) ?? { name: kind });
    };
    const topology = {
      name,
      seed,
      peers: peers.map((peer, i) => ({ ...peer, settings: mergePeer(peerDefaults, peer.settings, kindOf(i)) })),
      links: links.map(link => ({ ...link, settings: { ...defined(linkDefaults ?? {}), ...defined(link.settings) } })),
      ...(isOwn ? { ownLinks: true as const } : {}),
      defaults: {
        ...(ttl === undefined ? {} : { ttl }),
        links: defined(linkDefaults ?? {}),
        peers: withoutKind(peerDefaults ?? {}),
      },
      ...(pack === undefined ? {} : { pack }),
      ...(kinds.specs.length === 0 ? {} : { kinds: kinds.specs }),
      ...(setup === undefined ? {} : { setup }),
      ...(scenario === undefined ? {} : { scenario }),
      ...(undrawn === undefined || links.length > (generated?.links.length ?? 0)
        ? {}
        : { generator: undrawn.generator }),
      source,
    };
    const secured = { ...topology, ...withSecurity(asked ?? defaultSecurityOf(topology)) };
    this.#checkSecurity(secured, generated?.links.length ?? 0);
    return { topology: secured, problems: this.#problems };
  }

  /** True for many peers of which nothing speaks one by one, and for more than are laid out: that is reported. */
  #staysUndrawn(topology: LargeTopology): boolean {
    const keys = keysOfPeers(this.#file);
    if (canBeLaidOut(topology)) return topology.peerCount > FLOODED_ABOVE_PEERS && keys.length === 0;
    const advice = 'remove it, or use fewer peers';
    for (const path of keys) this.#report(path, `needs every peer: ${tooLargeText(topology)}`, advice, 'key');
    return true;
  }

  /** A link whose ends have different settings never comes up: a network has one. */
  #checkSecurity(topology: Topology, drawn: number): void {
    const place = unequalLink(topology);
    const link = place === undefined ? undefined : topology.links[place];
    if (place === undefined || link === undefined) return;
    const [a, b] = [link.a, link.b].map(end => `${topology.peers[end]?.name} (${securityOf(topology, end)})`);
    const message = `${a} and ${b} refuse each other: both ends of a link need one security setting`;
    const advice = 'give both the same security:, or remove the link';
    this.#report(place < drawn ? ['topology'] : ['links', place - drawn], message, advice);
  }

  /** None where the file has none, or where it is broken: names and quantities of a broken one are not judged. */
  #scenario(peers: readonly PeerSpec[], kinds: Kinds, hasOwnLinks: boolean): Scenario | undefined {
    const { scenario } = this.#file;
    if (scenario === undefined || this.#reported.has('scenario') || peers.length === 0) return undefined;
    const report: Report = (path, message, advice, at) => this.#add(path, message, advice, at);
    return readScenario(scenario, {
      names: peers.map(({ name }) => name),
      report,
      program: new ProgramReader(templateScope(peers, kinds), report),
      lineOf: path => this.#document.place(path).line,
      hasOwnLinks,
    });
  }

  /** What the schema cannot see, and `up` would stumble over. */
  #checkStart(peers: readonly PeerSpec[], links: readonly LinkSpec[]): void {
    const report: Report = (...problem) => this.#report(...problem);
    const { defaults, kinds, topology } = this.#file;
    checkDegrees(peers, links, topology === undefined ? ['links'] : ['topology'], report);
    checkLinkSettings(Object(defaults?.links), ['defaults', 'links'], report);
    if (Array.isArray(this.#file.links)) {
      for (const [i, link] of this.#file.links.entries()) checkLinkSettings(Object(link), ['links', i], report);
    }
    checkVariables(defaults?.peers?.env, ['defaults', 'peers', 'env'], report);
    for (const name of Object.keys(Object(kinds)))
      checkVariables(Object(kinds)[name]?.env, ['kinds', name, 'env'], report);
    for (const { name, settings } of peers) checkVariables(settings?.env, ['peers', name, 'env'], report);
  }

  #report(path: Path, message: string, advice?: string, at?: 'key' | 'value'): void {
    const problem = this.#document.problem(path, message, advice, at);
    if (!this.#reported.has(problem.path)) this.#problems.push(problem);
  }

  #seed(override: number | undefined): number {
    const seed = override ?? this.#file.seed;
    if (override !== undefined && !isWithin('seed', override)) {
      this.#add([], `the requested seed is ${override}`, `it must be ${boundsText('seed')}`);
    }
    return typeof seed === 'number' ? seed : DEFAULT_SEED;
  }

  #name(source: string, override: string | undefined): string {
    const own = override ?? this.#file.name;
    // What the file says of itself, the schema has judged.
    if (override === undefined && own !== undefined) return own;
    const name = own ?? baseName(source);
    if (!NAME_PATTERN.test(name) || name.length > MAX_NAME_LENGTH) {
      const [what, advice] =
        override === undefined
          ? [`the file's name makes "${name}", which is not a valid lab name`, `add name: to the file`]
          : [`"${name}" is not a valid lab name`, nameAdvice(name)];
      this.#add([], `${what}: ${NAME_RULE}`, advice);
    }
    return name;
  }

  /** Reports what no other problem of the same place can stand for. */
  #add(path: Path, message: string, advice?: string, at?: 'key' | 'value'): void {
    this.#problems.push(this.#document.problem(path, message, advice, at));
  }

  /** The peers of `topology: { peers, links: own }`; undefined where it is something else. */
  #ownPeers(): PeerSpec[] | undefined {
    const section = this.#file.topology;
    if (typeof section !== 'object' || section === null || !isOwnLinksSection(section)) return undefined;
    if (this.#file.links !== undefined) {
      this.#report(['links'], 'no link is drawn where the peers choose their own', 'remove links: or topology:', 'key');
    }
    return readOwnPeers(section, (...problem) => this.#report(...problem));
  }

  /** True where the peers choose their own links. */
  #hasOwnLinks(peers: readonly PeerSpec[]): boolean {
    const { links, topology } = this.#file;
    const isOwn = links === OWN_LINKS;
    if (isOwn && topology !== undefined && !isOwnLinksSection(topology)) {
      this.#report(
        ['links'],
        'a generator draws links, so the peers cannot choose their own',
        'remove topology:',
        'key',
      );
    }
    if (isOwn && peers.length > MAX_OWN_PEERS) {
      this.#report(['peers'], `${peers.length} peers cannot choose their own links; at most ${MAX_OWN_PEERS} can`);
    }
    return isOwn || isOwnLinksSection(topology);
  }

  /** The generator; undefined where there is none, or none that can be run. */
  #generator(): GeneratorSpec | undefined {
    const section = this.#file.topology;
    if (typeof section !== 'object' || section === null) return undefined;
    if (this.#file.peers !== undefined) {
      this.#report(['peers'], 'a generator names its own peers', 'remove peers: or topology:', 'key');
    }
    if (isOwnLinksSection(section)) return undefined;
    if (section.generator === undefined) {
      const advice = `one of ${GENERATORS.map(({ name }) => name).join(', ')}; or links: own`;
      this.#report(['topology', 'generator'], 'is missing', advice);
      return undefined;
    }
    return readGenerator(
      section,
      (...problem) => this.#report(...problem),
      path => this.#document.written(path),
    );
  }

  #generated(spec: GeneratorSpec | undefined, seed: number): { peers: PeerSpec[]; links: LinkSpec[] } | undefined {
    const section = this.#file.topology;
    if (typeof section !== 'object' || section === null || isOwnLinksSection(section)) return undefined;
    if (spec === undefined) return { peers: [], links: [] };
    return laidOut(spec, seed);
  }

  #explicitPeers(): PeerSpec[] {
    const { peers, topology } = this.#file;
    if (peers === undefined && topology === undefined) {
      if (this.#misspelt.has('peers') || this.#misspelt.has('topology')) return [];
      const advice = 'write topology: { generator: ring, peers: 5 }, or peers: [a, b] with links: [[a, b]]';
      this.#report([], 'no peers', advice);
      return [];
    }
    if (typeof peers !== 'object' || peers === null) return [];
    const specs: PeerSpec[] = Array.isArray(peers)
      ? peers.map(name => ({ name: String(name), settings: {} }))
      : this.#document
          .keys(['peers'])
          .map(name => ({ name, settings: this.#peerSettings(name, ownValue(peers, name)) }));
    if (specs.length === 0) this.#report(['peers'], 'needs at least one peer', 'such as peers: [a, b, c]');
    const reserved = specs.findIndex(({ name }) => RESERVED_NAMES.has(name));
    if (reserved !== -1) {
      const name = specs[reserved]?.name ?? '';
      const path = Array.isArray(peers) ? ['peers', reserved] : ['peers', name];
      this.#report(
        path,
        `"${name}" cannot name a peer: commands and scenarios use it for ${RESERVED_NAMES.get(name)}`,
        'rename the peer',
        'key',
      );
    }
    const first = new Map<string, number>();
    specs.forEach(({ name }, i) => {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, i);
      else this.#report(['peers', i], `"${name}" appears twice; the first is ${this.#at(['peers', earlier])}`);
    });
    return specs;
  }

  #peerSettings(name: string, entry: PeerEntry | null | undefined): PeerSettings {
    const { env, kind, label, security }: PeerEntry = Object(entry);
    return {
      env,
      kind,
      label,
      security,
      ...readNeeds(Object(entry), ['peers', name], (...problem) => this.#report(...problem)),
    };
  }

  /** Two peers cannot have the same port of a machine. */
  #checkPorts(peers: readonly PeerSpec[], kinds: Kinds): void {
    const kindOf = new Map(kinds.specs.map(spec => [spec.name, spec]));
    const holders = new Map<string, string>();
    peers.forEach(({ name, settings: { ports } }, i) => {
      const kind = kinds.of(i) ?? '';
      for (const [k, port] of (ports ?? kindOf.get(kind)?.ports ?? []).entries()) {
        const held = heldOutside(port);
        const holder = held === undefined ? undefined : holders.get(held);
        if (held !== undefined && holder === undefined) holders.set(held, name);
        if (holder === undefined) continue;
        const path: Path = ports === undefined ? ['kinds', kind, 'ports', k] : ['peers', name, 'ports', k];
        const advice = `write ${port.port}, and each peer gets another port`;
        this.#report(path, `${holder} and ${name} cannot both be reached at ${held}`, advice);
      }
    });
  }

  /** The templates in what single peers, and the defaults, say: variables of programs, and files. */
  #checkPeerTexts(peers: readonly PeerSpec[], kinds: Kinds): void {
    const report: Report = (...problem) => this.#report(...problem);
    const kindOf = new Map(kinds.specs.map(spec => [spec.name, spec]));
    const shared = templateScope(peers, kinds);
    const programs = peers.flatMap((peer, i) => {
      const kind = kindOf.get(kinds.of(i) ?? '');
      const hasData = (peer.settings.volumes ?? kind?.volumes) !== undefined;
      const reader = new ProgramReader({ ...shared, hasData }, report);
      const { env = {}, write = {} } = peer.settings;
      for (const [file, content] of Object.entries(write)) {
        reader.text(file, ['peers', peer.name, 'write', file], 'key');
        reader.text(content, ['peers', peer.name, 'write', file]);
      }
      if (kind?.program === undefined) return [];
      for (const [name, value] of Object.entries(env)) reader.text(value, ['peers', peer.name, 'env', name]);
      return [hasData];
    });
    if (programs.length === 0) return;
    const reader = new ProgramReader({ ...shared, hasData: programs.every(Boolean) }, report);
    for (const [name, value] of Object.entries(this.#file.defaults?.peers?.env ?? {})) {
      reader.text(value, ['defaults', 'peers', 'env', name]);
    }
  }

  #setup(peers: readonly PeerSpec[], kinds: Kinds): readonly SetupStep[] | undefined {
    const { setup } = this.#file;
    if (setup === undefined) return undefined;
    const report: Report = (...problem) => this.#report(...problem);
    const values = new ScenarioValues(
      peers.map(({ name }) => name),
      report,
    );
    return new ProgramReader(templateScope(peers, kinds), report).setup(setup, values);
  }

  /** `links[3] in line 7` */
  #at([key, i]: [string, number]): string {
    return `${key}[${i}] in line ${this.#document.place([key, i]).line}`;
  }

  #explicitLinks(peers: readonly PeerSpec[], generated: readonly LinkSpec[]): LinkSpec[] {
    const { links } = this.#file;
    if (!Array.isArray(links)) return [];
    const index = new Map(peers.map(({ name }, i) => [name, i]));
    // The link that each pair has: its place in the file, or none for the generator's own.
    const taken = new Map<string, number | undefined>(generated.map(({ a, b }) => [pairKey(a, b), undefined]));
    return links.flatMap((entry: unknown, i): LinkSpec[] => {
      const isPair = Array.isArray(entry);
      const ends: unknown = isPair ? entry : Reflect.get(Object(entry), 'between');
      if (!Array.isArray(ends) || ends.length !== 2) return [];
      const path: Path = isPair ? ['links', i] : ['links', i, 'between'];
      const [a, b] = ends.map((name: unknown, end) => {
        const found = typeof name === 'string' ? index.get(name) : undefined;
        if (found === undefined && typeof name === 'string') this.#unknownPeer(name, [...path, end], index);
        return found;
      });
      if (a === undefined || b === undefined) return [];
      if (a === b) {
        this.#report(['links', i], `links "${ends[0]}" to itself`, 'a link needs two different peers');
        return [];
      }
      const key = pairKey(a, b);
      if (taken.has(key)) {
        const earlier = taken.get(key);
        const by = earlier === undefined ? 'by the generator' : `by ${this.#at(['links', earlier])}`;
        this.#report(['links', i], `"${ends[0]}" and "${ends[1]}" are already linked, ${by}`, 'keep one of them');
        return [];
      }
      taken.set(key, i);
      return [{ a, b, settings: isPair ? {} : withoutBetween(Object(entry)) }];
    });
  }

  #kinds(peers: readonly PeerSpec[]): Kinds {
    const { kinds, defaults } = this.#file;
    const index = new Map(peers.map(({ name }, i) => [name, i]));
    const [short, long] = [Object(defaults).kind, Object(Object(defaults).peers).kind];
    if (short !== undefined && long !== undefined) {
      this.#report(['defaults', 'kind'], 'is also set by defaults.peers.kind', 'keep one of them', 'key');
    }
    const kind = short ?? long;
    const byDefault =
      kind === undefined
        ? undefined
        : { kind, path: short === undefined ? ['defaults', 'peers', 'kind'] : ['defaults', 'kind'] };
    const unknownPeer = (name: string, path: Path): void => {
      if (index.size > 0) this.#report(path, `unknown peer "${name}"`, this.#peerAdvice(name, index));
    };
    return readKinds(kinds, { peers, byDefault, unknownPeer }, (...problem) => this.#report(...problem));
  }

  #unknownPeer(name: string, path: Path, index: ReadonlyMap<string, number>): void {
    // Without peers there is nothing that a name could be compared with: that is the problem to mend first.
    if (index.size === 0) return;
    const problem = this.#document.problem(path, `unknown peer "${name}"`, this.#peerAdvice(name, index));
    this.#problems.push({ ...problem, path: `links[${path[1]}]` });
  }

  #peerAdvice(name: string, index: ReadonlyMap<string, number>): string | undefined {
    if (this.#file.topology !== undefined) return `the generator makes n0 to n${index.size - 1}`;
    this.#comparisonsLeft -= index.size;
    return this.#comparisonsLeft < 0 ? undefined : didYouMean(name, index.keys());
  }
}

/** Without `open`: a model that says nothing is open. */
function withSecurity(security: SecuritySetting): Pick<Topology, 'security'> {
  return security === 'open' ? {} : { security };
}

function tooLargeText({ generator, peerCount, linkCount }: LargeTopology): string {
  const size = `${peerCount} peers and about ${linkCount} links`;
  return `${generator.generator} makes ${size}, but a lab expands at most ${MAX_LAID_OUT} of both together`;
}

function undrawnDefaults(ttl: number | undefined, links: LinkSettings | undefined): LargeTopology['defaults'] {
  return { ...(ttl === undefined ? {} : { ttl }), links: defined(links ?? {}) };
}

function asFile(data: unknown): TopologyFile {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
}

function pairKey(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}

function withoutBetween(entry: Record<string, unknown>): DrawnLinkSettings {
  const { between: _, ...settings } = entry;
  return settings;
}

/** Without the keys that have no value, so that equal settings are equal. */
function defined<S extends DrawnLinkSettings>(settings: S): S {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as S;
}

function mergePeer(defaults: PeerSettings | undefined, own: PeerSettings, kind: KindSpec | undefined): PeerSettings {
  const env = { ...defaults?.env, ...own.env };
  const { env: _, kind: __, label, security = kind?.security, ...needs } = own;
  return {
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(kind === undefined ? {} : { kind: kind.name }),
    ...(label === undefined ? {} : { label }),
    ...(security === undefined ? {} : { security }),
    ...needs,
  };
}

/** The default's kind is in every peer's own settings: kept here as well, it could say something else. */
function withoutKind({ kind: _, ...settings }: PeerSettings): PeerSettings {
  return settings;
}

function baseName(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.(topology\.)?(ya?ml|json)$/i, '').toLowerCase();
}

function inFileOrder(problems: readonly TopologyProblem[]): TopologyProblem[] {
  const unique = new Map(problems.map(problem => [`${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `links[0].between` gives itself, `links[0]` and `links`. */
function pathAndAbove(path: string): string[] {
  const ends = [...path.matchAll(/[.[]/g)].map(({ index }) => index);
  return [path, ...ends.map(end => path.slice(0, end))];
}

/** What commands may name that run at any of the peers. */
function templateScope(peers: readonly PeerSpec[], { specs }: Kinds): TemplateScope {
  return {
    names: new Set(peers.map(({ name }) => name)),
    values: new Set(specs.flatMap(({ facts }) => Object.keys(facts ?? {}))),
    hasData: specs.some(({ volumes }) => volumes !== undefined),
  };
}
