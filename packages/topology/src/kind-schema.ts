/**
 * What `kinds:` of a topology file may say: programs that peers run in place of the project's own. What needs the whole
 * file (who is of which kind) is kind-section.ts.
 */
import { SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import * as z from 'zod';
import { NEEDS_KEYS, type NeedsEntry, needsFields } from './needs-schema.ts';
import { type CommandEntry, factsSchema, type ProgramEntry, programSchema } from './program-schema.ts';

/** The name by which a file asks for the project's own peer, where a default says otherwise. */
export const OWN_KIND = 'peerlab';

/** A kind in a file. */
export interface KindEntry extends NeedsEntry {
  command?: string | string[] | undefined;
  image?: string | undefined;
  packages?: string[] | undefined;
  build?: string | { context: string; dockerfile?: string | undefined } | undefined;
  entrypoint?: string | string[] | undefined;
  files?: string[] | Record<string, string> | undefined;
  env?: Record<string, string> | undefined;
  program?: ProgramEntry | undefined;
  facts?: Record<string, CommandEntry> | undefined;
  security?: SecuritySetting | undefined;
  peers?: string[] | number | string | undefined;
}

const words = z.union([z.string(), z.array(z.string())]).optional();

/** The settings of a kind. */
export const kindSchema: z.ZodType<KindEntry> = z.strictObject({
  command: words.describe(
    "The program as a command line, run in the topology file's folder. In a container it runs with this machine's " +
      'own runtime, unless image: or build: is set.',
  ),
  image: z.string().optional().describe('The image of its containers.'),
  packages: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      'Debian packages that its containers have, with all that they depend on, from the apt sources of this machine; ' +
        'in place of an image.',
    ),
  build: z
    .union([z.string(), z.strictObject({ context: z.string(), dockerfile: z.string().optional() })])
    .optional()
    .describe(
      "A folder with a Dockerfile, relative to the topology file's folder; the image of its containers is built from it.",
    ),
  entrypoint: words.describe("Replaces the image's entry point."),
  files: z
    .union([z.array(z.string()), z.record(z.string(), z.string())])
    .optional()
    .describe(
      "Files and folders to copy into its containers, relative to the topology file's folder: a list, for the working " +
        'directory, or a map from each to its absolute path in the container.',
    ),
  env: z.record(z.string(), z.string()).optional().describe('Environment variables; those of a peer override them.'),
  program: programSchema
    .optional()
    .describe('A program that does not speak the peer contract: what to run, and which of its lines mean what.'),
  facts: factsSchema.optional(),
  security: z
    .enum(SECURITY_SETTINGS)
    .optional()
    .describe('What its program speaks: sealed, signed or open. Default: as the topology says.'),
  ...needsFields,
  peers: z
    .union([z.array(z.string()), z.number(), z.string()])
    .optional()
    .describe(
      'The peers of this kind: a list of names, a number, or a share such as 50%, spread evenly over the peers that ' +
        'have no kind yet. Default: the peers and defaults that set kind:.',
    ),
});

/** Keys of a kind, for advice. */
export const KIND_KEYS: readonly string[] = [
  'command',
  'image',
  'packages',
  'build',
  'entrypoint',
  'files',
  'env',
  'program',
  'facts',
  'security',
  ...NEEDS_KEYS,
  'peers',
];
