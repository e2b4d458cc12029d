/** The JSON Schema of the settings file, for editors. What the command itself says of a wrong file is read-settings.ts: a test compares the two. */
import { ENGINE_NAME } from '@peerlab/driver';
import { z } from 'zod';

const endpoint = z
  .string()
  .min(1)
  .describe(
    'Where the engine is: unix:///PATH, ssh://USER@HOST, context:NAME of the docker command, or tcp://HOST:PORT with mutual TLS.',
  );

const engine = z
  .strictObject({
    endpoint,
    weight: z
      .number()
      .min(0)
      .optional()
      .describe('How many peers it gets beside the others. Default: its processor cores.'),
    address: z
      .ipv4()
      .optional()
      .describe('The IPv4 address at which the other engines reach it, where it has several.'),
  })
  .describe('An engine.');

/** What a settings file may say. */
export const settingsSchema: z.ZodType<unknown> = z.strictObject({
  engines: z
    .record(z.string().regex(ENGINE_NAME), z.union([endpoint, engine]))
    .optional()
    .describe('The Docker engines that labs span, by name. docs/HOSTS.md is the reference.'),
});

/** The schema as JSON, draft 7: the newest that editors' YAML support reads whole. */
export const settingsJsonSchema: Readonly<Record<string, unknown>> = {
  ...z.toJSONSchema(settingsSchema, { io: 'input', target: 'draft-7' }),
  title: 'Peerlab settings',
};
