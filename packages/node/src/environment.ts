/** Reads the environment by which the lab starts a peer; docs/PEER-CONTRACT.md, "How a peer is started". */
import { ownValue, SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import { PEER_PORT } from '@peerlab/contract';
import { createPeerSecurity, generateNodeKey, type NodeKey, nodeKeyFromSeed, SEED_BYTES } from '@peerlab/identity';
import { formatId, type Id, type PeerOptions, type PeerSecurity, parseId, sameId } from '@peerlab/protocol';
import { v4 } from 'uuid';

/** What a peer is told at its start. */
export interface Start {
  readonly nodeId: Id;
  /** How it proves who it is; undefined: not at all. */
  readonly security: PeerSecurity | undefined;
  readonly lab: string;
  readonly listen: Address;
  readonly isEphemeral: boolean;
  readonly dial: readonly Address[];
  /** How soon an end that is not there is noticed, where that is set. */
  readonly options: Partial<Pick<PeerOptions, 'handshakeTimeoutMs' | 'pingIntervalMs' | 'pongTimeoutMs'>>;
}

/** Where a peer takes links. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads and checks the variables. Only PEERLAB_LISTEN has no sensible default beyond every address of the machine.
 * @throws Error with a message for the peer's log, naming the variable
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Start {
  const identity = readIdentity(env);
  const dial = (env.PEERLAB_DIAL ?? '').split(',').filter(text => text.trim() !== '');
  return {
    ...identity,
    lab: env.PEERLAB_LAB ?? 'peerlab',
    listen: parseAddress('PEERLAB_LISTEN', env.PEERLAB_LISTEN ?? `0.0.0.0:${PEER_PORT}`),
    isEphemeral: env.PEERLAB_EPHEMERAL === '1',
    dial: dial.map(text => parseAddress('PEERLAB_DIAL', text.trim())),
    options: {
      ...milliseconds(env, 'PEER_HANDSHAKE_TIMEOUT_MS', 'handshakeTimeoutMs'),
      ...milliseconds(env, 'PEER_PING_INTERVAL_MS', 'pingIntervalMs'),
      ...milliseconds(env, 'PEER_PONG_TIMEOUT_MS', 'pongTimeoutMs'),
    },
  };
}

function readIdentity(env: Readonly<Record<string, string | undefined>>): Pick<Start, 'nodeId' | 'security'> {
  const { PEERLAB_NODE_ID: text, PEERLAB_SECURITY: setting = 'open', PEERLAB_KEY: key } = env;
  const named = text === undefined ? undefined : parseId(text);
  if (text !== undefined && named === undefined) throw new Error(`PEERLAB_NODE_ID is not a UUID: ${text}`);
  if (!isSetting(setting)) {
    throw new Error(`PEERLAB_SECURITY is not one of ${SECURITY_SETTINGS.join(', ')}: ${setting}`);
  }
  if (setting === 'open') return { nodeId: named ?? v4({}, new Uint8Array(16)), security: undefined };
  const own = key === undefined ? generateNodeKey() : parseKey(key);
  if (named !== undefined && !sameId(named, own.nodeId)) {
    throw new Error(`PEERLAB_NODE_ID is ${text}, but the id of PEERLAB_KEY is ${formatId(own.nodeId)}`);
  }
  return { nodeId: own.nodeId, security: createPeerSecurity(setting, own) };
}

function isSetting(text: string): text is SecuritySetting {
  return SECURITY_SETTINGS.some(setting => setting === text);
}

/** The message does not repeat what may be a key. */
function parseKey(text: string): NodeKey {
  const seed = Buffer.from(text, 'hex');
  if (text.length !== 2 * SEED_BYTES || seed.length !== SEED_BYTES) {
    throw new Error(`PEERLAB_KEY is not ${2 * SEED_BYTES} hexadecimal digits`);
  }
  return nodeKeyFromSeed(seed);
}

function parseAddress(variable: string, text: string): Address {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const host = match?.groups?.v6 ?? match?.groups?.host;
  const port = Number(match?.groups?.port ?? PEER_PORT);
  if (host === undefined || port < 1 || port > 65535) throw new Error(`${variable} is not host:port: ${text}`);
  return { host, port };
}

/** A day: links of a lab are asked far more often. */
const MAX_MS = 86_400_000;

function milliseconds<Name extends keyof Start['options']>(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  name: Name,
): { readonly [Key in Name]?: number } {
  const text = ownValue(env, variable);
  if (text === undefined) return {};
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= MAX_MS)) {
    throw new Error(`${variable} is not a whole number of milliseconds from 1 to ${MAX_MS}: ${text}`);
  }
  return { [name]: value } as { readonly [Key in Name]?: number };
}
