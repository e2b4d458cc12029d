/** A resolved topology as JSON, kept with a running lab so that it is known without its file, and as a fingerprint. */
import { createHash } from 'node:crypto';
import { SECURITY_SETTINGS } from '@peerlab/conditions';
import { drawnLinkFields, linkFields } from '@peerlab/conditions/schemas';
import * as z from 'zod';
import type { Topology } from './model.ts';
import { STOP_SIGNALS } from './program-section.ts';

const index = z.int().min(0);
const linkSettings = z.strictObject(linkFields);
const drawnLinkSettings = z.strictObject(drawnLinkFields);
const needs = {
  volumes: z.array(z.string()).optional(),
  write: z.record(z.string(), z.string()).optional(),
  memoryBytes: z.number().optional(),
  cpus: z.number().optional(),
  pids: z.number().optional(),
  tmpfs: z.record(z.string(), z.number()).optional(),
  capabilities: z.array(z.string()).optional(),
  devices: z.array(z.string()).optional(),
  sysctls: z.record(z.string(), z.string()).optional(),
  ports: z
    .array(
      z.strictObject({
        port: z.number(),
        protocol: z.enum(['tcp', 'udp']),
        address: z.string().optional(),
        hostPort: z.number().optional(),
      }),
    )
    .optional(),
  user: z.string().optional(),
};
const security = z.enum(SECURITY_SETTINGS).optional();
const peerSettings = z.strictObject({
  env: z.record(z.string(), z.string()).optional(),
  kind: z.string().optional(),
  label: z.string().optional(),
  security,
  ...needs,
});
const words = z.array(z.string());
const commandFields = {
  run: words,
  status: z.union([z.number(), z.literal('any')]).optional(),
  match: z.string().optional(),
};
const command = z.strictObject(commandFields);
const program = z.strictObject({
  run: words,
  ready: z
    .union([z.strictObject({ log: z.string() }), z.strictObject({ port: z.string() }), z.strictObject({ command })])
    .optional(),
  join: command.optional(),
  members: command.optional(),
  broadcast: command.optional(),
  send: command.optional(),
  received: z.string().optional(),
  listen: words.optional(),
  probe: command.optional(),
  key: z.string().optional(),
  stop: z.enum(STOP_SIGNALS).optional(),
});
const kind = z.strictObject({
  name: z.string(),
  command: z.array(z.string()).optional(),
  image: z.string().optional(),
  packages: z.array(z.string()).optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string().optional() }).optional(),
  entrypoint: z.array(z.string()).optional(),
  files: z.array(z.strictObject({ from: z.string(), to: z.string().optional() })).optional(),
  env: z.record(z.string(), z.string()).optional(),
  program: program.optional(),
  facts: z.record(z.string(), command).optional(),
  security,
  ...needs,
});
const resolvedSchema = z
  .strictObject({
    name: z.string(),
    seed: z.number(),
    peers: z.array(z.tuple([z.string(), peerSettings])).min(1),
    links: z.array(z.tuple([index, index, drawnLinkSettings])),
    ownLinks: z.literal(true).optional(),
    defaults: z.strictObject({ ttl: z.number().optional(), links: linkSettings, peers: peerSettings }),
    pack: z.union([z.number(), z.literal('auto')]).optional(),
    security,
    kinds: z.array(kind).optional(),
    setup: z
      .array(z.strictObject({ on: z.array(z.string()), ...commandFields, withinMs: z.number().optional() }))
      .optional(),
    source: z.string().optional(),
  })
  .refine(({ peers, links }) => links.every(([a, b]) => a !== b && a < peers.length && b < peers.length), {
    message: 'a link without two peers',
  });

/** The resolved topology as JSON: no generator, every peer and link, keys in a fixed order. */
export function topologyToJson(topology: Topology): string {
  const { name, seed, peers, links, ownLinks, defaults, pack, security: asked, kinds, setup, source } = topology;
  return JSON.stringify({
    name,
    seed,
    peers: peers.map(peer => [peer.name, sorted(peer.settings)]),
    links: links.map(({ a, b, settings }) => [a, b, sorted(settings)]),
    ownLinks,
    defaults: sorted(defaults),
    pack,
    security: asked,
    kinds: kinds?.map(sorted),
    setup: setup?.map(sorted),
    source,
  });
}

/**
 * Reads what {@link topologyToJson} wrote.
 * @throws SyntaxError for what is not JSON, TypeError for JSON that is no resolved topology
 */
export function topologyFromJson(json: string): Topology {
  const read = resolvedSchema.safeParse(JSON.parse(json));
  if (!read.success) throw new TypeError(`not a resolved topology: ${z.prettifyError(read.error)}`);
  const { peers, links, ...rest } = read.data;
  return {
    ...rest,
    peers: peers.map(([name, settings]) => ({ name, settings })),
    links: links.map(([a, b, settings]) => ({ a, b, settings })),
  };
}

/** Twelve hexadecimal digits that change when name, seed, peers, links, settings, kinds or defaults do; not with the file's place or layout. */
export function topologyHash(topology: Topology): string {
  const { source: _, ...rest } = topology;
  return createHash('sha256').update(topologyToJson(rest)).digest('hex').slice(0, 12);
}

/** The same data with the keys of every map in order, so that equal data gives equal JSON. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
