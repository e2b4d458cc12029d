/** Topologies as YAML files, such as a person would write them. */

import type { GeneratorSpec } from '@peerlab/graph';
import { stringify } from 'yaml';
import { OWN_LINKS } from './file-schema.ts';
import type { KindSpec, LinkSpec, PeerSpec, Topology } from './model.ts';
import type { PeerNeeds } from './needs-model.ts';
import { portText } from './ports-section.ts';
import type { ProgramSpec, SetupStep } from './program-model.ts';
import { defaultSecurityOf } from './security-of.ts';

/** The modeline by which editors find the schema. @param path from the file's folder, or absolute */
export function schemaModeline(path: string): string {
  return `# yaml-language-server: $schema=${path}`;
}

const LINE_WIDTH = 100;

/**
 * A topology file with every peer and link written out. Parsing it gives the same topology.
 * @param schema where the schema is, for editors: see {@link schemaModeline}
 */
export function topologyToYaml(topology: Topology, comment?: string, schema?: string): string {
  const { name, seed, peers, links, ownLinks, defaults, pack, security = 'open', kinds, setup } = topology;
  const names = peers.map(peer => inline(peer.name));
  return [
    headOf(comment, schema),
    stringify({
      name,
      seed,
      ...(pack === undefined ? {} : { pack }),
      ...(security === defaultSecurityOf(topology) ? {} : { security }),
    }),
    kinds === undefined ? '' : stringify({ kinds: Object.fromEntries(kinds.map(kindInYaml)) }, { lineWidth: 0 }),
    setup === undefined ? '' : stringify({ setup: setup.map(setupInYaml) }, { lineWidth: 0 }),
    peersInYaml(peers, names),
    ownLinks === true ? stringify({ links: OWN_LINKS }) : '',
    links.length === 0 ? '' : `links:\n${links.map(link => linkInYaml(link, names)).join('')}`,
    defaultsInYaml(defaults),
  ].join('');
}

function setupInYaml({ withinMs, ...step }: SetupStep): object {
  return withinMs === undefined ? step : { ...step, within: `${withinMs}ms` };
}

/** A topology file that names a generator. */
export function generatorToYaml(
  spec: GeneratorSpec,
  options: { name: string; seed?: number; comment?: string; schema?: string },
): string {
  const { name, seed, comment, schema } = options;
  const file = {
    name,
    ...(seed === undefined ? {} : { seed }),
    topology: { generator: spec.generator, ...spec.values },
  };
  return headOf(comment, schema) + stringify(file);
}

function headOf(comment: string | undefined, schema: string | undefined): string {
  const lines = comment === undefined ? '' : comment.replace(/^/gm, '# ').concat('\n');
  return schema === undefined ? lines : `${schemaModeline(schema)}\n${lines}`;
}

function kindInYaml({ name, files, program, ...rest }: KindSpec): [string, object] {
  const kind = { ...needsInYaml(rest), ...(program === undefined ? {} : { program: programInYaml(program) }) };
  // A file without an explicit target keeps its path in the working directory: only a list says that.
  const isList = files?.every(({ to }) => to === undefined) === true;
  const places = files?.map(({ from, to }): [string, string | undefined] => [from, to]) ?? [];
  if (files === undefined) return [name, kind];
  return [name, { ...kind, files: isList ? files.map(({ from }) => from) : Object.fromEntries(places) }];
}

/** Sizes and ports are written otherwise in a file. */
function needsInYaml<T extends PeerNeeds>({ memoryBytes, ports, ...rest }: T): object {
  return {
    ...rest,
    ...(memoryBytes === undefined ? {} : { memory: memoryBytes }),
    ...(ports === undefined ? {} : { ports: ports.map(portText) }),
  };
}

function programInYaml({ ready, ...program }: ProgramSpec): object {
  return ready === undefined ? program : { ...program, ready: 'command' in ready ? ready.command : ready };
}

function peersInYaml(peers: readonly PeerSpec[], names: readonly string[]): string {
  const areLabelsAlone = peers.every(({ settings: { label: _, ...rest } }) => isEmpty(rest));
  if (areLabelsAlone && peers.some(({ settings }) => settings.label !== undefined)) {
    const lines = peers.map(
      ({ settings: { label } }, i) =>
        `  ${names[i]}: {${label === undefined ? '' : ` label: ${JSON.stringify(label)} `}}\n`,
    );
    return `peers:\n${lines.join('')}`;
  }
  if (peers.some(({ settings }) => !isEmpty(settings))) {
    return stringify(
      { peers: new Map(peers.map(({ name, settings }) => [name, needsInYaml(settings)])) },
      { lineWidth: 0 },
    );
  }
  const short = `peers: [${names.join(', ')}]\n`;
  return short.length <= LINE_WIDTH ? short : `peers:\n${names.map(name => `  - ${name}\n`).join('')}`;
}

function linkInYaml({ a, b, settings }: LinkSpec, names: readonly string[]): string {
  const pair = `[${names[a]}, ${names[b]}]`;
  const rest = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined ? [] : `, ${key}: ${flow(value)}`,
  );
  return rest.length === 0 ? `  - ${pair}\n` : `  - { between: ${pair}${rest.join('')} }\n`;
}

/** A value inside braces. JSON is YAML. */
function flow(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function defaultsInYaml({ ttl, links, peers }: Topology['defaults']): string {
  const defaults = {
    ...(ttl === undefined ? {} : { ttl }),
    ...(isEmpty(links) ? {} : { links }),
    ...(isEmpty(peers) ? {} : { peers }),
  };
  return isEmpty(defaults) ? '' : stringify({ defaults }, { lineWidth: 0 });
}

/** A name in a list; in quotes if YAML parsers could read it as a number or a boolean. */
function inline(name: string): string {
  const isPlain = /^[a-z][a-z0-9-]*$/.test(name) && !/^(null|true|false|yes|no|on|off|y|n)$/.test(name);
  return isPlain ? name : JSON.stringify(name);
}

function isEmpty(settings: object): boolean {
  return Object.values(settings).every(value => value === undefined);
}
