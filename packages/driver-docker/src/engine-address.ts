/**
 * Where the engine is, found as the `docker` command finds it: DOCKER_HOST, else DOCKER_CONTEXT or the configuration's
 * current context, else the default socket. Reads files, opens no connection: connect.ts does.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How to reach an engine. */
export interface EngineAddress {
  /** As a URL: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`, `npipe:////./pipe/docker_engine`. */
  readonly host: string;
  /** What named it, for messages: `DOCKER_HOST`, `context colima`, `default socket`. */
  readonly source: string;
  /** TLS material, read already. */
  readonly tls?: EngineTls;
}

/** TLS towards an engine. */
export interface EngineTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False where the context says that the engine's certificate is not to be checked. */
  readonly verify: boolean;
}

/** What the search looks at; tests hand in their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** A file's text; undefined when it is not there. */
  readonly readFile: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

/** The surroundings of this process. */
export function theseSurroundings(): Surroundings {
  return {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    readFile: path => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    exists: existsSync,
  };
}

/** The engine for messages: its address, with what named it where that is not the default. */
export function engineName({ host, source }: EngineAddress): string {
  return source === 'default socket' ? host : `${host} (${source})`;
}

/** The path of the socket that the address names and that does not exist: no engine can answer there. */
export function missingSocket({ host }: EngineAddress, around: Surroundings): string | undefined {
  const path = /^unix:\/\/(.+)$/.exec(host)?.[1];
  return path === undefined || around.exists(path) ? undefined : path;
}

/** A context, or a variable, names something that cannot be understood; connecting is not tried. */
export class EngineAddressError extends Error {
  override readonly name = 'EngineAddressError';
}

/**
 * Finds the engine's address. The order is that of the docker command (`resolveContextName` in docker/cli).
 * @throws {EngineAddressError} when a named context does not exist, or a file of it cannot be read.
 */
export function findEngineAddress(around: Surroundings): EngineAddress {
  const { env } = around;
  const config = env.DOCKER_CONFIG || join(around.home, '.docker');
  if (env.DOCKER_HOST) return fromHostVariable(env.DOCKER_HOST, config, around);
  const context = env.DOCKER_CONTEXT || currentContext(config, around) || 'default';
  if (context !== 'default') return fromContext(context, config, around);
  return { host: defaultHost(around), source: 'default socket' };
}

function defaultHost(around: Surroundings): string {
  if (around.platform === 'win32') return 'npipe:////./pipe/docker_engine';
  const system = '/var/run/docker.sock';
  if (around.exists(system)) return `unix://${system}`;
  const desktop = join(around.home, '.docker', 'run', 'docker.sock');
  return `unix://${around.exists(desktop) ? desktop : system}`;
}

function fromHostVariable(value: string, config: string, around: Surroundings): EngineAddress {
  const host = value.includes('://') ? value : `tcp://${value}`;
  const source = 'DOCKER_HOST';
  const wantsTls = Boolean(around.env.DOCKER_TLS_VERIFY) || Boolean(around.env.DOCKER_TLS);
  if (!host.startsWith('tcp://') || !wantsTls) return { host, source };
  const directory = around.env.DOCKER_CERT_PATH || config;
  return { host, source, tls: readTls(directory, Boolean(around.env.DOCKER_TLS_VERIFY), around) };
}

function readTls(directory: string, verify: boolean, around: Surroundings): EngineTls {
  const ca = around.readFile(join(directory, 'ca.pem'));
  const cert = around.readFile(join(directory, 'cert.pem'));
  const key = around.readFile(join(directory, 'key.pem'));
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function currentContext(config: string, around: Surroundings): string | undefined {
  const text = around.readFile(join(config, 'config.json'));
  if (text === undefined) return undefined;
  const name = field(parseJson(text, join(config, 'config.json')), 'currentContext');
  return typeof name === 'string' ? name : undefined;
}

function fromContext(name: string, config: string, around: Surroundings): EngineAddress {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(config, 'contexts', 'meta', id, 'meta.json');
  const text = around.readFile(path);
  if (text === undefined) throw new EngineAddressError(`the Docker context "${name}" does not exist (no ${path})`);
  const endpoint = field(field(parseJson(text, path), 'Endpoints'), 'docker');
  const host = field(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') {
    throw new EngineAddressError(`the Docker context "${name}" names no host (${path})`);
  }
  const source = `context ${name}`;
  if (!host.startsWith('tcp://')) return { host, source };
  const tls = readTls(join(config, 'contexts', 'tls', id, 'docker'), field(endpoint, 'SkipTLSVerify') !== true, around);
  const hasTls = tls.ca !== undefined || tls.cert !== undefined || !tls.verify;
  return hasTls ? { host, source, tls } : { host, source };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineAddressError(`${path} is not JSON`, { cause });
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
