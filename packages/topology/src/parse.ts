/**
 * From a topology file to the model. Everything that is wrong is reported at once, each with its place and advice:
 * first what the schema says, then what needs the whole file: names, references, a generator's parameters together.
 */
import { looseFileSchema, MAX_NAME_LENGTH, NAME_PATTERN, NAME_RULE, type TopologyFile } from './file-schema.ts';
import { checkValues, findGenerator, GENERATORS, generate } from './generators/index.ts';
import type { LinkSettings, LinkSpec, PeerSettings, PeerSpec, Topology } from './model.ts';
import { didYouMean } from './nearest.ts';
import { schemaProblems } from './schema-problems.ts';
import { TopologyError, type TopologyProblem } from './topology-error.ts';
import { type Path, YamlDocument } from './yaml-document.ts';

/** How a file is read. */
export interface ParseOptions {
  /** The file's path, for messages, and for the name where the file gives none. */
  readonly file: string;
  /** In place of what the file says. */
  readonly overrides?: { readonly name?: string | undefined; readonly seed?: number | undefined } | undefined;
}

/** The seed of a file that gives none. */
const DEFAULT_SEED = 1;

/**
 * Reads a topology.
 * @throws {TopologyError} `TOPOLOGY_INVALID` with every problem, in the order of the file
 */
export function parseTopology(source: string | Uint8Array, options: ParseOptions): Topology {
  const document = new YamlDocument(source, options.file);
  const problems: TopologyProblem[] = [];
  const parsed = looseFileSchema.safeParse(document.data);
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, document, document.data));

  const reader = new FileReader(asFile(document.data), document, problems);
  const topology = reader.read(options);
  if (problems.length > 0) throw new TopologyError(inFileOrder(problems));
  return topology;
}

/** Reads what can be read of a file, whatever else is wrong with it. */
class FileReader {
  readonly #file: TopologyFile;
  readonly #document: YamlDocument;
  readonly #problems: TopologyProblem[];

  constructor(file: TopologyFile, document: YamlDocument, problems: TopologyProblem[]) {
    this.#file = file;
    this.#document = document;
    this.#problems = problems;
  }

  read({ file: source, overrides }: ParseOptions): Topology {
    const seed = overrides?.seed ?? numberOr(this.#file.seed, DEFAULT_SEED);
    const name = this.#name(source, overrides?.name);
    const defaults = this.#file.defaults ?? {};
    const generated = this.#generated(seed);
    const peers = generated === undefined ? this.#explicitPeers() : generated.peers;
    const links = [...(generated?.links ?? []), ...this.#explicitLinks(peers, generated?.links ?? [])];
    const { links: linkDefaults, peers: peerDefaults, ttl } = defaults;
    return {
      name,
      seed,
      peers: peers.map(peer => ({ ...peer, settings: mergePeer(peerDefaults, peer.settings) })),
      links: links.map(link => ({ ...link, settings: { ...defined(linkDefaults ?? {}), ...defined(link.settings) } })),
      defaults: {
        ...(ttl === undefined ? {} : { ttl }),
        links: defined(linkDefaults ?? {}),
        peers: peerDefaults ?? {},
      },
      source,
    };
  }

  #report(path: Path, message: string, advice?: string, at?: 'key' | 'value'): void {
    // What the schema has said about a place is not said again.
    const problem = this.#document.problem(path, message, advice, at);
    const isKnown = this.#problems.some(
      other => other.path === problem.path || other.path.startsWith(`${problem.path}.`),
    );
    if (!isKnown) this.#problems.push(problem);
  }

  #name(source: string, override: string | undefined): string {
    if (typeof this.#file.name === 'string' && override === undefined) return this.#file.name;
    const name = override ?? baseName(source);
    if (!NAME_PATTERN.test(name) || name.length > MAX_NAME_LENGTH) {
      this.#report([], `"${name}" cannot be the lab's name: ${NAME_RULE}`, 'give a name: in the file');
    }
    return name;
  }

  #generated(seed: number): { peers: PeerSpec[]; links: LinkSpec[] } | undefined {
    const spec = this.#file.topology;
    if (typeof spec !== 'object' || spec === null) return undefined;
    if (this.#file.peers !== undefined) {
      this.#report(['peers'], 'a generator names its own peers', 'remove peers: or topology:', 'key');
    }
    const none = { peers: [], links: [] };
    if (typeof spec.generator !== 'string') return none;
    const generator = findGenerator(spec.generator);
    if (generator === undefined) {
      const names = GENERATORS.map(({ name }) => name);
      const advice = didYouMean(spec.generator, names) ?? `there are ${names.join(', ')}`;
      this.#report(['topology', 'generator'], `unknown generator "${spec.generator}"`, advice);
      return none;
    }
    const known = generator.parameters.map(parameter => parameter.name);
    const before = this.#problems.length;
    const values: Record<string, number> = {};
    for (const [key, value] of Object.entries(spec)) {
      if (key === 'generator') continue;
      if (!known.includes(key)) {
        const advice = didYouMean(key, known) ?? `${generator.name} takes ${known.join(', ')}`;
        this.#report(['topology', key], `unknown parameter "${key}"`, advice, 'key');
      } else if (typeof value === 'number') values[key] = value;
      else this.#report(['topology', key], 'must be a number');
    }
    for (const { parameter, message } of checkValues(generator, values)) {
      const isGiven = parameter in spec;
      const text = isGiven ? message : `${parameter} is missing`;
      const doc = generator.parameters.find(({ name }) => name === parameter)?.doc;
      this.#report(isGiven ? ['topology', parameter] : ['topology'], text, isGiven ? undefined : `it says ${doc}`);
    }
    if (this.#problems.length > before) return none;
    const graph = generate({ generator: generator.name, values }, seed);
    return {
      peers: Array.from({ length: graph.peerCount }, (_, i) => ({ name: `n${i}`, settings: {} })),
      links: graph.links.map(([a, b]) => ({ a, b, settings: {} })),
    };
  }

  #explicitPeers(): PeerSpec[] {
    const { peers, topology } = this.#file;
    if (peers === undefined && topology === undefined) {
      this.#report(
        [],
        'no peers',
        'say topology: { generator: ring, peers: 5 }, or peers: [a, b] with links: [[a, b]]',
      );
      return [];
    }
    if (typeof peers !== 'object' || peers === null) return [];
    const specs: PeerSpec[] = Array.isArray(peers)
      ? peers.map(name => ({ name: String(name), settings: {} }))
      : Object.entries(peers).map(([name, settings]) => ({ name, settings: settings ?? {} }));
    if (specs.length === 0) this.#report(['peers'], 'needs at least one peer');
    const first = new Map<string, number>();
    specs.forEach(({ name }, i) => {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, i);
      else this.#report(['peers', i], `"${name}" stands twice; it is peers[${earlier}] already`);
    });
    return specs;
  }

  #explicitLinks(peers: readonly PeerSpec[], generated: readonly LinkSpec[]): LinkSpec[] {
    const { links } = this.#file;
    if (!Array.isArray(links)) return [];
    const index = new Map(peers.map(({ name }, i) => [name, i]));
    const taken = new Map(generated.map(({ a, b }) => [pairKey(a, b), "the generator's own"]));
    return links.flatMap((entry: unknown, i): LinkSpec[] => {
      const isPair = Array.isArray(entry);
      const ends: unknown = isPair ? entry : Reflect.get(Object(entry), 'between');
      if (!Array.isArray(ends) || ends.length !== 2) return [];
      const path: Path = isPair ? ['links', i] : ['links', i, 'between'];
      const [a, b] = ends.map((name: unknown, end) => {
        const found = typeof name === 'string' ? index.get(name) : undefined;
        // Without peers there is nothing that a name could be compared with: that is the problem to mend first.
        if (found === undefined && typeof name === 'string' && peers.length > 0) {
          const advice = didYouMean(name, index.keys());
          this.#problems.push({
            ...this.#document.problem([...path, end], `unknown peer "${name}"`, advice),
            path: pathOf(i),
          });
        }
        return found;
      });
      if (a === undefined || b === undefined) return [];
      if (a === b) {
        this.#report(['links', i], `links "${ends[0]}" to itself`);
        return [];
      }
      const earlier = taken.get(pairKey(a, b));
      if (earlier !== undefined) {
        this.#report(['links', i], `"${ends[0]}" and "${ends[1]}" are linked already: ${earlier}`);
        return [];
      }
      taken.set(pairKey(a, b), pathOf(i));
      const settings: LinkSettings = isPair ? {} : withoutBetween(Object(entry));
      return [{ a, b, settings }];
    });
  }
}

function asFile(data: unknown): TopologyFile {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

function pathOf(link: number): string {
  return `links[${link}]`;
}

function pairKey(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}

function withoutBetween(entry: Record<string, unknown>): LinkSettings {
  const { between: _, ...settings } = entry;
  return settings;
}

/** Without the keys that have no value, so that equal settings are equal. */
function defined(settings: LinkSettings): LinkSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function mergePeer(defaults: PeerSettings | undefined, own: PeerSettings): PeerSettings {
  const env = { ...defaults?.env, ...own.env };
  return Object.keys(env).length > 0 ? { env } : {};
}

function baseName(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.(topology\.)?(ya?ml|json)$/i, '').toLowerCase();
}

function inFileOrder(problems: readonly TopologyProblem[]): TopologyProblem[] {
  const unique = new Map(problems.map(problem => [`${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
