/**
 * What a topology file may say, as a zod schema: the JSON Schema for editors is generated from it, and parse.ts checks
 * with it. What needs the whole file (names, references, a generator's parameters together) is parse.ts's own.
 */

import {
  type DrawnLinkSettings,
  type LinkSettings,
  SECURITY_SETTINGS,
  type SecuritySetting,
} from '@peerlab/conditions';
import { drawnLinkFields, linkFields, numberSchema } from '@peerlab/conditions/schemas';
import { GENERATORS, type Parameter } from '@peerlab/graph';
import * as z from 'zod';
import { type KindEntry, kindSchema } from './kind-schema.ts';
import { type NeedsEntry, needsFields } from './needs-schema.ts';
import { type SetupEntry, setupSchema } from './program-schema.ts';
import { scenarioSchema } from './scenario/scenario-schema.ts';

/** The longest name of a lab or a peer: both together, with a prefix, must fit into a host name's label of 63. */
export const MAX_NAME_LENGTH: number = 26;
/** Peers that choose their own links, at most: every pair of them may be linked. */
export const MAX_OWN_PEERS: number = 1000;
/** Names of labs and peers. */
export const NAME_PATTERN: RegExp = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** The same in words. */
export const NAME_RULE: string = `lower-case letters, digits and inner hyphens, at most ${MAX_NAME_LENGTH} characters`;

const name = z.string().max(MAX_NAME_LENGTH).regex(NAME_PATTERN).describe(`A name: ${NAME_RULE}.`);

const kindName = z
  .string()
  .describe('The kind of program that it runs, a name from kinds:; peerlab is the built-in peer.');

/** The settings of every peer. */
const commonPeerSettings = z.strictObject({
  env: z.record(z.string(), z.string()).optional().describe("Environment variables for the peer's program."),
  kind: kindName.optional(),
});

/** The settings of a peer. */
const peerSettings: z.ZodType<PeerEntry> = commonPeerSettings.extend({
  ...needsFields,
  label: z.string().max(200).optional().describe('What people call the peer, such as "New York"; for readers alone.'),
  security: z
    .enum(SECURITY_SETTINGS)
    .optional()
    .describe('How this peer protects its links and messages; default: as its kind, or the topology, says.'),
});

/** The settings of a peer in a file. */
export interface PeerEntry extends NeedsEntry {
  env?: Record<string, string> | undefined;
  kind?: string | undefined;
  label?: string | undefined;
  security?: SecuritySetting | undefined;
}

/** A link of the file. */
export const linkSchema: z.ZodType<LinkEntry> = z.union([
  z.tuple([z.string(), z.string()]).describe('The two peers; the first dials the second.'),
  z.strictObject({
    between: z.tuple([z.string(), z.string()]).describe('The two peers; the first dials the second.'),
    ...drawnLinkFields,
  }),
]);

/** A link in a file: `[a, b]`, or with settings. */
export type LinkEntry =
  | [string, string]
  | ({
      between: [string, string];
    } & DrawnLinkSettings);

function parameterSchema({ kind, min, max, doc, default: fallback }: Parameter): z.ZodType {
  const number = (kind === 'integer' ? z.int() : z.number()).min(min).max(max).describe(`${doc}.`);
  return fallback === undefined ? number : number.optional();
}

const generatorSchemas = GENERATORS.map(({ name: generator, doc, parameters }) =>
  z
    .strictObject({
      generator: z.literal(generator),
      ...Object.fromEntries(parameters.map(parameter => [parameter.name, parameterSchema(parameter)])),
    })
    .describe(`${doc}.`),
);

/** Peers of one container, at most: they share one processor's time. */
export const MAX_PACK: number = 5000;

/** The word in place of links, where the peers find their neighbours themselves. */
export const OWN_LINKS = 'own';

const ownLinksSchema = z
  .strictObject({
    peers: z.int().min(1).max(MAX_OWN_PEERS).describe('How many peers: n0, n1, ….'),
    links: z.literal(OWN_LINKS).describe('The peers find their neighbours themselves: no link is drawn.'),
  })
  .describe('Peers that find their neighbours themselves.');

/** A whole file, as it is when nothing is wrong with it. */
export interface TopologyFile {
  name?: string | undefined;
  seed?: number | undefined;
  topology?: ({ generator?: string; links?: unknown } & Record<string, unknown>) | undefined;
  kinds?: Record<string, KindEntry> | undefined;
  peers?: string[] | Record<string, PeerEntry | null> | undefined;
  links?: LinkEntry[] | typeof OWN_LINKS | undefined;
  defaults?:
    | {
        ttl?: number | undefined;
        links?: LinkSettings | undefined;
        peers?: Pick<PeerEntry, 'env' | 'kind'> | undefined;
        kind?: string | undefined;
      }
    | undefined;
  setup?: SetupEntry | SetupEntry[] | undefined;
  pack?: number | 'auto' | undefined;
  security?: SecuritySetting | undefined;
  scenario?: unknown;
}

const common = {
  name: name.optional().describe(`The lab's name; default: the file's name without its extension. ${NAME_RULE}.`),
  seed: numberSchema('seed').optional().describe('The seed of every random choice; default: 1.'),
  kinds: z
    .record(name, kindSchema)
    .optional()
    .describe('Programs that peers may run instead of the built-in one, by name.'),
  peers: z
    .union([z.array(name), z.record(name, peerSettings.nullable())])
    .optional()
    .describe('The peers, by name: a list, or a map from name to settings. A generator names its own n0, n1, …'),
  links: z
    .union([z.array(linkSchema), z.literal(OWN_LINKS)])
    .optional()
    .describe(
      'Links between peers; with a generator, additional links. "own": the peers find their neighbours themselves.',
    ),
  defaults: z
    .strictObject({
      ttl: numberSchema('ttl').optional().describe('TTL of messages that do not set one.'),
      links: z.strictObject(linkFields).optional().describe('Default settings of every link.'),
      peers: commonPeerSettings.optional().describe('Default settings of every peer.'),
      kind: kindName.optional(),
    })
    .optional()
    .describe('Defaults for peers, links and messages.'),
  setup: setupSchema.optional(),
  pack: z
    .union([z.int().min(1).max(MAX_PACK), z.literal('auto')])
    .optional()
    .describe('On Docker: how many peers share a container, each with its own address; default: one.'),
  security: z
    .enum(SECURITY_SETTINGS)
    .optional()
    .describe(
      'How peers protect their links and messages: sealed (encrypted links, signed messages), signed, or open (neither). ' +
        'Default: sealed; open where a kind runs a program of yours and has no security:.',
    ),
  scenario: scenarioSchema.optional(),
};

/** Checks a file; what `topology:` holds is left to own-links.ts and to checkValues, whose messages know the bounds. */
export const looseFileSchema: z.ZodType = z.strictObject({
  ...common,
  topology: z.looseObject({ generator: z.string().optional() }).optional(),
});

const fileSchema = z
  .strictObject({
    ...common,
    topology: z
      .union([ownLinksSchema, ...generatorSchemas])
      .optional()
      .describe('A generated graph, by generator and parameters; or peers that find their neighbours themselves.'),
  })
  .describe('A Peerlab topology.');

/** The JSON Schema of a topology file, draft 7: the newest that editors' YAML support reads whole. */
export const topologyJsonSchema: Readonly<Record<string, unknown>> = {
  ...z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' }),
  title: 'Peerlab topology',
};
