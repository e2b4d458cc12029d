/**
 * A connection to the engine that engine-address.ts found. Opens nothing by itself: the first request does.
 */
import type { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { EngineSpec } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import type { DockerOptions } from 'dockerode';
import { type EngineAddress, EngineAddressError, engineName, findEngineAddress } from './engine-address.ts';
import { DockerClient } from './load-dockerode.ts';
import { specAddress } from './spec-address.ts';
import { type SshTarget, sshAgent } from './ssh-agent.ts';
import { tunnelAgent } from './ssh-tunnel.ts';
import { type Surroundings, theseSurroundings } from './surroundings.ts';

/** A client, and where it leads to. */
export interface EngineConnection {
  readonly docker: Dockerode;
  /** For messages: `unix:///var/run/docker.sock`, with what named it where that is not the default. */
  readonly where: string;
  /** The user's name for it. @default none: it is the only one */
  readonly name?: string;
  /** True when the engine's host shares this machine's routing table, as far as one can tell from the address. */
  readonly local: boolean;
  /** The path of its socket, where it has one on this machine. */
  readonly socketPath?: string;
}

/** What dockerode takes: its types leave the agent out, and do not let `host` be undefined. */
export interface ClientOptions {
  readonly protocol: 'http' | 'https';
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly socketPath?: string;
  readonly agent?: Agent;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Makes the client for the engine that the environment names.
 * @throws {EngineAddressError} when the environment names an engine that cannot be understood.
 */
export function connectEngine(around: Surroundings = theseSurroundings()): EngineConnection {
  return connectTo(findEngineAddress(around));
}

/**
 * Makes the client for an engine that the user names.
 * @throws {EngineAddressError} when its endpoint cannot be understood, or is not safe
 */
export function connectNamed(spec: EngineSpec, around: Surroundings = theseSurroundings()): EngineConnection {
  return { ...connectTo(specAddress(spec, around), tunnelAgent), name: spec.name };
}

function connectTo(address: EngineAddress, overSsh: (target: SshTarget) => Agent = sshAgent): EngineConnection {
  const options = clientOptions(address, overSsh);
  return {
    docker: clientOf(options),
    where: engineName(address),
    local: isLocal(address.host),
    ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
  };
}

/** What dockerode reads of the environment, otherwise than the docker command does: it refuses `DOCKER_HOST=:2375`, say. */
const READ_BY_CLIENT: readonly string[] = [
  'DOCKER_HOST',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_PATH_PREFIX',
  'DOCKER_CLIENT_TIMEOUT',
];

/** Makes the client from these options alone: what the environment says is in them. */
function clientOf(options: ClientOptions): Dockerode {
  const before = READ_BY_CLIENT.map(name => [name, process.env[name]] as const);
  for (const name of READ_BY_CLIENT) delete process.env[name];
  try {
    return new DockerClient(options as DockerOptions);
  } finally {
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  }
}

/**
 * What dockerode needs for that address. `host` is always set, also to undefined: if it were missing, dockerode would
 * fill it from DOCKER_HOST by itself.
 */
export function clientOptions(address: EngineAddress, overSsh: (target: SshTarget) => Agent = sshAgent): ClientOptions {
  const [scheme = '', rest = ''] = splitOnce(address.host, '://');
  if (scheme === 'unix') return socketOptions(rest || '/var/run/docker.sock');
  if (scheme === 'npipe') return socketOptions(rest || '//./pipe/docker_engine');
  const url = parseUrl(address);
  if (scheme === 'ssh') {
    const agent = overSsh({
      host: url.hostname,
      ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(url.pathname === '' || url.pathname === '/' ? {} : { socketPath: url.pathname }),
    });
    return { protocol: 'http', host: 'docker.over.ssh', port: 80, agent };
  }
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') {
    throw new EngineAddressError(`${address.source} names ${address.host}: unsupported scheme "${scheme}"`);
  }
  const { tls } = address;
  const secure = tls !== undefined || scheme === 'https';
  const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
  // Sockets take the address of an IPv6 host without its brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!secure) return { protocol: 'http', host, port };
  const { verify = true, ...material } = tls ?? {};
  const agent = new HttpsAgent({ ...material, rejectUnauthorized: verify, keepAlive: true });
  return { protocol: 'https', host, port, agent, ...material };
}

function socketOptions(socketPath: string): ClientOptions {
  return { protocol: 'http', host: undefined, port: undefined, socketPath };
}

function parseUrl(address: EngineAddress): URL {
  try {
    // `tcp://:2375` is a port of this machine.
    return new URL(address.host.replace(/^(tcp|ssh):/, 'http:').replace(/^(https?:\/\/)(?=:)/, '$1localhost'));
  } catch (cause) {
    throw new EngineAddressError(
      `${address.source} names ${address.host}, which is not an address`,
      'an address is such as unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host',
      cause,
    );
  }
}

function isLocal(host: string): boolean {
  return host.startsWith('unix:') || /^(tcp|https?):\/\/(localhost\b|127\.|\[::1\]|:|$)/.test(host);
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
