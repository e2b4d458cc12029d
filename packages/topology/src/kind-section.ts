/** Reads `kinds:` of a file: the programs, who runs which, and what is wrong with that. */
import { didYouMean } from '@peerlab/conditions';
import type { Report } from './generator-section.ts';
import { type KindEntry, OWN_KIND } from './kind-schema.ts';
import type { KindSpec, PeerSpec } from './model.ts';
import { readNeeds } from './needs-section.ts';
import { ProgramReader } from './program-section.ts';
import { checkText } from './startable.ts';

/** The kinds of a file, and who is of which. */
export interface Kinds {
  readonly specs: readonly KindSpec[];
  /** The kind of a peer by its place, where the file says one; undefined: the project's own. */
  of(peer: number): string | undefined;
}

/** What else the file says of kinds. */
export interface KindChoices {
  readonly peers: readonly PeerSpec[];
  readonly byDefault: { readonly kind: unknown; readonly path: readonly string[] } | undefined;
  /** Reports a peer that is not there. */
  readonly unknownPeer: (name: string, path: readonly (string | number)[]) => void;
}

/**
 * Reads the section. A peer's own `kind:` comes first, then the lists and shares of the kinds in their order, then the
 * default.
 */
export function readKinds(section: unknown, choices: KindChoices, report: Report): Kinds {
  const entries = Object.entries(Object(section)).map(([name, entry]): [string, KindEntry] => [name, Object(entry)]);
  for (const [name, entry] of entries) for (const fault of faultsOf(name, entry)) report(...fault);
  const names = entries.map(([name]) => name);
  const known = (kind: unknown, path: readonly (string | number)[]): void => {
    if (typeof kind !== 'string' || kind === OWN_KIND || names.includes(kind)) return;
    const all = [...new Set([...names, OWN_KIND])];
    const others = names.length === 0 ? 'kinds: is empty' : `available: ${all.join(', ')}`;
    report(path, `unknown kind "${kind}"`, didYouMean(kind, all) ?? others);
  };
  const kindOf = new Map<number, string>();
  choices.peers.forEach(({ name, settings: { kind } }, i) => {
    known(kind, ['peers', name, 'kind']);
    if (typeof kind === 'string') kindOf.set(i, kind);
  });
  const index = new Map(choices.peers.map(({ name }, i) => [name, i]));
  for (const [name, { peers }] of entries) {
    if (!Array.isArray(peers)) continue;
    peers.forEach((peer: unknown, i) => {
      if (typeof peer !== 'string') return;
      const found = index.get(peer);
      const path = ['kinds', name, 'peers', i];
      const other = found === undefined ? undefined : kindOf.get(found);
      if (found === undefined) choices.unknownPeer(peer, path);
      else if (other === undefined) kindOf.set(found, name);
      else if (other !== name) report(path, `"${peer}" already has the kind ${other}`, 'keep one of them');
    });
  }
  for (const [name, { peers }] of entries) spread(name, peers, choices.peers.length, kindOf, report);
  if (choices.byDefault !== undefined) known(choices.byDefault.kind, choices.byDefault.path);
  const fallback = choices.byDefault?.kind;
  return {
    specs: entries.map(([name, entry]) => specOf(name, entry, entries, choices, report)),
    of: peer => {
      const kind = kindOf.get(peer) ?? (typeof fallback === 'string' ? fallback : OWN_KIND);
      return kind === OWN_KIND ? undefined : kind;
    },
  };
}

/** Gives so many of the peers that have no kind yet this one, as far apart as the order allows. */
function spread(name: string, wish: unknown, total: number, kindOf: Map<number, string>, report: Report): void {
  if (typeof wish !== 'number' && typeof wish !== 'string') return;
  const path = ['kinds', name, 'peers'];
  const share = typeof wish === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(wish)?.[1] : undefined;
  const count = typeof wish === 'number' ? wish : Math.round((Number(share ?? Number.NaN) * total) / 100);
  if (!Number.isInteger(count) || count < 0 || (share !== undefined && Number(share) > 100)) {
    report(path, `cannot be ${JSON.stringify(wish)}`, 'a list of names, a whole number, or a share such as 50%');
    return;
  }
  const free = Array.from({ length: total }, (_, i) => i).filter(peer => !kindOf.has(peer));
  if (count > free.length) {
    if (total > 0) report(path, `${count} peers, but only ${free.length} of ${total} have no kind yet`);
    return;
  }
  for (let i = 0; i < count; i++) {
    const peer = free[Math.floor((i * free.length) / count)];
    if (peer !== undefined) kindOf.set(peer, name);
  }
}

/** A reference as engines take it: lower-case names with slashes, a registry before, a tag or a digest after. */
const IMAGE =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** deb-src-control(5): a package's name. apt reads others as patterns, versions or files. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;

function faultsOf(name: string, entry: KindEntry): Parameters<Report>[] {
  const at = (...steps: string[]): string[] => ['kinds', name, ...steps];
  const faults: Parameters<Report>[] = [];
  if (name === OWN_KIND) {
    faults.push([at(), `${OWN_KIND} is the built-in peer`, 'choose another name', 'key']);
  }
  if (entry.image !== undefined && entry.build !== undefined) {
    faults.push([at('build'), 'the kind already has an image', 'keep image: or build:', 'key']);
  }
  if (entry.packages !== undefined && (entry.image !== undefined || entry.build !== undefined)) {
    faults.push([at('packages'), 'the kind already has an image', 'keep packages:, image: or build:', 'key']);
  }
  if (entry.packages !== undefined && entry.command === undefined && entry.program === undefined) {
    faults.push([at('packages'), 'say nothing of what to run', 'add program: or command:', 'key']);
  }
  if (Array.isArray(entry.packages)) {
    entry.packages.forEach((one: unknown, i) => {
      if (typeof one !== 'string' || PACKAGE.test(one)) return;
      faults.push([
        ['kinds', name, 'packages', i],
        `"${one}" is not a name of a Debian package`,
        'such as netcat-openbsd',
      ]);
    });
  }
  if (entry.entrypoint !== undefined && entry.image === undefined && entry.build === undefined) {
    faults.push([at('entrypoint'), 'needs an image, but the kind has none', 'write it as command:', 'key']);
  }
  for (const key of ['command', 'entrypoint'] as const) {
    const value = entry[key];
    if (value !== undefined && entry.program !== undefined) {
      faults.push([at(key), 'the kind has a program: already', 'keep one of them', 'key']);
      continue;
    }
    if (typeof value === 'string' && /["'\\]/.test(value)) {
      faults.push([at(key), 'quotes have no effect here', 'write it as a list, such as [python3, "my peer.py"]']);
    } else if (value !== undefined && (wordsOf(value)?.[0] ?? '').trim() === '') {
      faults.push([at(key), 'names no program', 'such as python3 peer.py']);
    }
  }
  for (const key of ['command', 'entrypoint'] as const) {
    for (const word of wordsOf(entry[key]) ?? []) checkText(word, at(key), (...fault) => faults.push(fault));
  }
  if (typeof entry.image === 'string' && !IMAGE.test(entry.image)) {
    faults.push([at('image'), `"${entry.image}" is not a name of an image`, 'such as python:3.12-slim']);
  }
  if (entry.facts !== undefined && entry.program === undefined) {
    faults.push([at('facts'), 'are asked of a program:, but the kind has none', 'add program:, or remove it', 'key']);
  }
  if (entry.security !== undefined && entry.program !== undefined) {
    const message = 'is of programs that speak the peer contract, but the kind has a program:';
    faults.push([at('security'), message, 'remove it: links of such programs are their own', 'key']);
  }
  if (entry.write !== undefined && !Array.isArray(entry.volumes)) {
    faults.push([at('write'), 'needs a volume for its files', 'such as volumes: [/data]', 'key']);
  }
  if (entry.files !== undefined && !Array.isArray(entry.files)) {
    for (const [from, to] of Object.entries(Object(entry.files))) {
      if (typeof to === 'string' && !to.startsWith('/')) {
        faults.push([at('files', from), 'must be an absolute path in the container', `such as /peer/${to}`]);
      }
    }
  }
  return faults;
}

function specOf(
  name: string,
  entry: KindEntry,
  entries: readonly (readonly [string, KindEntry])[],
  { peers }: KindChoices,
  report: Report,
): KindSpec {
  const { image, packages, build, env, files } = entry;
  const path = ['kinds', name];
  const needs = readNeeds(Object(entry), path, report);
  const isRoot = /^0+(:|$)/.test(needs.user ?? '');
  if (needs.capabilities !== undefined && needs.capabilities.length > 0 && !isRoot) {
    const message = 'have no effect: a program that is not root gets none of them';
    report([...path, 'capabilities'], message, 'add user: root', 'key');
  }
  const reader = new ProgramReader(
    {
      names: new Set(peers.map(peer => peer.name)),
      values: new Set(entries.flatMap(([, { facts }]) => Object.keys(Object(facts)))),
      hasData: needs.volumes !== undefined,
    },
    report,
  );
  for (const [file, content] of Object.entries(needs.write ?? {})) {
    reader.text(file, [...path, 'write', file], 'key');
    reader.text(content, [...path, 'write', file]);
  }
  const isProgram = typeof entry.program === 'object' && entry.program !== null;
  if (isProgram) {
    for (const [variable, value] of Object.entries(Object(env))) reader.text(value, [...path, 'env', variable]);
  }
  const [command, entrypoint] = [wordsOf(entry.command), wordsOf(entry.entrypoint)];
  return {
    name,
    ...(command === undefined ? {} : { command }),
    ...(image === undefined ? {} : { image }),
    ...(packages === undefined ? {} : { packages: [...packages] }),
    ...(build === undefined ? {} : { build: typeof build === 'string' ? { context: build } : build }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(files === undefined ? {} : { files: filesOf(files) }),
    ...(env === undefined ? {} : { env }),
    ...(isProgram ? { program: reader.program(entry.program, [...path, 'program']) } : {}),
    ...(entry.security === undefined ? {} : { security: entry.security }),
    ...(entry.facts === undefined ? {} : { facts: reader.facts(entry.facts, [...path, 'facts']) }),
    ...needs,
  };
}

function wordsOf(words: string | readonly string[] | undefined): readonly string[] | undefined {
  if (typeof words === 'string') return words.split(/\s+/).filter(word => word !== '');
  return Array.isArray(words) ? words.map(String) : undefined;
}

function filesOf(files: NonNullable<KindEntry['files']>): NonNullable<KindSpec['files']> {
  if (Array.isArray(files)) return files.map(from => ({ from: String(from) }));
  return Object.entries(Object(files)).map(([from, to]) => ({ from, to: String(to) }));
}
