/** The knobs of a node: those of the protocol (PeerOptions in packages/protocol), and those of the library around it. */
import { type OptionNames, optionsProblem } from '@peerlab/conditions';
import {
  DEFAULT_PEER_OPTIONS,
  DEFAULT_REDIAL_OPTIONS,
  type PeerOptions,
  type RedialOptions,
  type SecurityMode,
} from '@peerlab/protocol';
import type { Codec } from './codec.ts';
import type { Content } from './content.ts';
import { type ExchangeSettings, resolveExchange } from './exchange/exchange-options.ts';
import { memoryLimitBytes } from './memory-limit.ts';
import { NodeError } from './node-error.ts';

/** The library's own settings. */
export interface LibraryOptions {
  /**
   * Bytes waiting for one link above which the origin's own messages wait for that link.
   * @default 256 KiB: more than a round trip's worth on a fast network, so that waiting costs no speed; a message that
   *   waits longer behind others is of no use to the caller
   */
  readonly highWaterBytes: number;
  /**
   * How long a link may keep the origin's messages waiting before its `slowReader` policy applies, in milliseconds:
   * `cut` ends it, `drop` sends on without it.
   * @default 10000: `highWaterBytes` take that long at 26 kB/s; who reads more slowly holds up everybody
   */
  readonly stallTimeoutMs: number;
  /**
   * Payload bytes of messages that wait for slow links, because their callers did not wait.
   * @default 16 MiB: a burst is carried; a loop without `await` is told
   */
  readonly maxOutboxBytes: number;
  /**
   * How long `dm` with `ack` waits, in milliseconds, where the call does not say.
   * @default 5000: a round trip through a large network, queues included
   */
  readonly ackTimeoutMs: number;
  /**
   * How long `request` waits for its response, in milliseconds, where the call does not say.
   * @default 10000: two ways through a large network, and a handler's work between them
   */
  readonly requestTimeoutMs: number;
  /**
   * Requests of others that are handled at once; a quarter of them may be of one node. The others are answered `busy`.
   * @default 256: a burst is taken; a node that asks without end keeps the handlers from nobody
   */
  readonly maxRequests: number;
  /**
   * Messages that wait for one async iteration; past it the oldest are dropped and counted.
   * @default 1024: a consumer's pause of a second at 1,000 messages a second
   */
  readonly maxBufferedMessages: number;
}

/** What {@link createNode} takes. Everything has a default. */
export interface NodeOptions<M = Content> extends Partial<PeerOptions>, Partial<LibraryOptions> {
  /**
   * The node id: a UUID. Only where `security` is `open`, and without an `identity`: otherwise the id is derived from the key.
   * @default a random one
   */
  readonly id?: string;
  /**
   * How much is protected; all nodes of a network have the same.
   * - `open`: nothing. A peer can claim any id, and read and change what it relays;
   * - `signed`: both ends of a link prove their keys, and every message is signed by its origin;
   * - `sealed`: as well, links are encrypted, by TLS 1.3, and direct messages are sealed to their recipients. The relays of a broadcast
   *   still read it.
   * @default 'sealed': `open` is for lessons and trusted networks
   */
  readonly security?: SecurityOption;
  /**
   * Where the node's key is kept: a file, made when there is none, never written over. Its node id is derived from the key,
   * so it stays the same. The folder must be there, and the file its owner's alone.
   * @default none: without `security: 'open'`, a new key, and so a new id, at each start
   */
  readonly identity?: { readonly file: string };
  /**
   * Peers of another network are refused. At most 255 bytes in UTF-8.
   * @default 'peerlab'
   */
  readonly network?: string;
  /**
   * Where links are taken; without it the node only dials. `port` 0 takes a free one; `host` is an address of this
   * machine.
   * @default host '0.0.0.0': every IPv4 address
   */
  readonly listen?: { readonly port: number; readonly host?: string };
  /** How links that this node dialled come back, see RedialOptions. */
  readonly redial?: Partial<RedialOptions>;
  /**
   * Nodes of the network to begin with, as `host:port`. The node links to them, learns others from them, and finds its
   * neighbours by itself. An empty list: it takes part, and waits for others; such is the first node of a network.
   * @default none: the node links where `connect` says, and tells its neighbours' addresses if it is asked
   */
  readonly bootstrap?: readonly string[];
  /**
   * How many links the node wants, where it finds its neighbours by itself. Below `min` it looks for more; above `max` it
   * ends those that both ends can spare.
   * @default { min: 4, max: 16 }: four keep a network in one piece when several nodes vanish at once; a flood costs a frame for each link
   */
  readonly links?: { readonly min?: number; readonly max?: number };
  /**
   * How messages of the application's own type become content, and are checked when they come.
   * @default JSON, text or bytes as they are, and nothing is checked
   */
  readonly codec?: Codec<M>;
}

/** See NodeOptions. */
export type SecurityOption = 'open' | SecurityMode;

const SECURITY_OPTIONS: readonly string[] = ['open', 'signed', 'sealed'] satisfies readonly SecurityOption[];

/** The options with every default in place. */
export interface NodeSettings {
  readonly peer: PeerOptions;
  readonly library: LibraryOptions;
  readonly redial: RedialOptions;
  readonly security: SecurityOption;
  readonly exchange: ExchangeSettings;
}

/** See {@link LibraryOptions} for the reasons. */
export const DEFAULT_LIBRARY_OPTIONS: LibraryOptions = {
  highWaterBytes: 256 * 1024,
  stallTimeoutMs: 10_000,
  maxOutboxBytes: 16 * 1024 * 1024,
  ackTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  maxRequests: 256,
  maxBufferedMessages: 1024,
};

/** The least values of options that may not be as small as 1. */
const LEAST: ReadonlyMap<string, number> = new Map(
  Object.entries({
    attemptsPerSecond: 0,
    memoryBytes: 16 * 1024 * 1024,
    maxFrameBytes: 1024,
    exactTtlMax: 0,
    maxHoldMs: 0,
    maxHeldBytes: 0,
    maxOutboxBytes: 0,
    highWaterBytes: 0,
    maxQueueBytes: 0,
  }),
);
const MOST: ReadonlyMap<string, number> = new Map(
  Object.entries({ maxFrameBytes: 2 ** 31, exactTtlMax: 65_534, maxHoldMs: 60_000 }),
);

/**
 * Fills in the defaults and checks every number.
 * @throws NodeError `bad-option`, naming the option
 */
export function resolveOptions<M>(options: NodeOptions<M>): NodeSettings {
  checkOptions('createNode', options, NODE_OPTIONS);
  if (options.listen !== undefined) checkOptions('listen', options.listen, { port: true, host: true });
  if (options.codec !== undefined) checkCodec(options.codec);
  if (options.identity !== undefined) {
    checkOptions('identity', options.identity, { file: true });
    const { file } = options.identity;
    if (typeof file !== 'string' || file === '') throw badOption('identity.file', file, "a file's path");
  }
  const { security = 'sealed' } = options;
  if (!SECURITY_OPTIONS.includes(security))
    throw badOption('security', security, `one of ${SECURITY_OPTIONS.join(', ')}`);
  if (options.id !== undefined && (security !== 'open' || options.identity !== undefined)) {
    throw badOption(
      'id',
      options.id,
      "left out: the node id is derived from the node's key, unless security is 'open'",
    );
  }
  if (options.redial !== undefined) checkOptions('redial', options.redial, namesOf(DEFAULT_REDIAL_OPTIONS));
  const settings = {
    peer: pick({ ...DEFAULT_PEER_OPTIONS, memoryBytes: memoryLimitBytes() }, options),
    library: pick(DEFAULT_LIBRARY_OPTIONS, options),
    redial: pick(DEFAULT_REDIAL_OPTIONS, options.redial ?? {}),
    security,
    exchange: resolveExchange(options),
  };
  for (const [name, value] of Object.entries({ ...settings.peer, ...settings.library, ...settings.redial })) {
    if (name === 'slowReader') {
      if (value !== 'cut' && value !== 'drop') throw badOption(name, value, "'cut' or 'drop'");
      continue;
    }
    const least = LEAST.get(name) ?? 1;
    const most = MOST.get(name) ?? Number.MAX_SAFE_INTEGER;
    if (!(typeof value === 'number' && value >= least && value <= most)) {
      throw badOption(name, value, `a number from ${least} to ${most}`);
    }
  }
  return settings;
}

/** What else than numbers and policies there is, complete by its type. */
const OWN_OPTIONS: OptionNames<
  Pick<NodeOptions, 'id' | 'security' | 'identity' | 'network' | 'listen' | 'redial' | 'codec' | 'bootstrap' | 'links'>
> = {
  id: true,
  security: true,
  identity: true,
  network: true,
  listen: true,
  redial: true,
  codec: true,
  bootstrap: true,
  links: true,
};

const NODE_OPTIONS: Readonly<Record<string, true>> = {
  ...OWN_OPTIONS,
  ...namesOf(DEFAULT_PEER_OPTIONS),
  ...namesOf(DEFAULT_LIBRARY_OPTIONS),
};

/** @throws NodeError `bad-option` */
export function checkCodec<M>(codec: Codec<M>): void {
  checkOptions('codec', codec, { encode: true, decode: true });
  for (const part of ['encode', 'decode'] as const) {
    const value: unknown = codec[part];
    if (value !== undefined && typeof value !== 'function') throw badOption(`codec.${part}`, value, 'a function');
  }
}

function namesOf(options: object): Readonly<Record<string, true>> {
  return Object.fromEntries(Object.keys(options).map(name => [name, true]));
}

/** @throws NodeError `bad-option` naming an unknown option, with the nearest */
export function checkOptions(call: string, options: unknown, names: Readonly<Record<string, true>>): void {
  const problem = optionsProblem(call, options, names);
  if (problem !== undefined) throw new NodeError('bad-option', problem, { details: { call } });
}

/** An error that says which option is wrong and what it may be. */
export function badOption(name: string, value: unknown, wanted: string): NodeError {
  return new NodeError('bad-option', `${name} is ${JSON.stringify(value)}: it must be ${wanted}`, {
    details: { option: name, value },
  });
}

function pick<T extends object>(defaults: T, given: Partial<T>): T {
  const picked = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined && Object.hasOwn(picked, name)) picked[name] = value as T[keyof T & string];
  }
  return picked;
}
