/** What a file may say of what a peer needs, as a zod schema. */
import * as z from 'zod';

/** The keys of a kind and of a peer that say what its program needs. */
export interface NeedsEntry {
  volumes?: string[] | undefined;
  write?: Record<string, string> | undefined;
  memory?: number | string | undefined;
  cpus?: number | undefined;
  pids?: number | undefined;
  tmpfs?: string[] | Record<string, number | string> | undefined;
  capabilities?: string[] | undefined;
  devices?: string[] | undefined;
  sysctls?: Record<string, string> | undefined;
  ports?: (number | string)[] | undefined;
  user?: string | undefined;
}

const size = z.union([z.number(), z.string()]);

/** See {@link NeedsEntry}. */
export const needsFields: { readonly [Key in keyof NeedsEntry]-?: z.ZodType<NeedsEntry[Key]> } = {
  volumes: z
    .array(z.string())
    .optional()
    .describe('Folders that it may write to. They last while a peer is killed and started; the first is {data}.'),
  write: z
    .record(z.string(), z.string())
    .optional()
    .describe('Files below a volume, from templates, made before the first start: path to content.'),
  memory: size.optional().describe('Memory limit: 512MiB. Default: 256MiB.'),
  cpus: z.number().gt(0).max(1024).optional().describe('Processors, such as 0.5. Default: no limit.'),
  pids: z.int().min(1).max(4_194_304).optional().describe('Processes and threads. Default: 64.'),
  tmpfs: z
    .union([z.array(z.string()), z.record(z.string(), size)])
    .optional()
    .describe('Folders in memory, empty at each start: a list, or a map from folder to size. Default size: 64MiB.'),
  capabilities: z.array(z.string()).optional().describe('Linux capabilities, such as NET_ADMIN. Default: none.'),
  devices: z.array(z.string()).optional().describe('Devices, such as /dev/net/tun. Default: none.'),
  sysctls: z
    .record(z.string(), z.string())
    .optional()
    .describe('Kernel settings of its network, such as net.ipv6.conf.all.disable_ipv6: "0".'),
  ports: z
    .array(z.union([z.number(), z.string()]))
    .optional()
    .describe(
      'Ports that are reached from outside the lab: 8080 at a free port of 127.0.0.1, "8080:80", "127.0.0.1:5353:53/udp". Default: none.',
    ),
  user: z
    .string()
    .optional()
    .describe('User and group of its containers, as numbers, such as "1000:1000"; root only where it is written.'),
};

/** The same keys, for advice. */
export const NEEDS_KEYS: readonly string[] = Object.keys(needsFields);
