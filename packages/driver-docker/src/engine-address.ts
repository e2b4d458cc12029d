/**
 * Where the engine is, found as the `docker` command finds it: DOCKER_HOST, else DOCKER_CONTEXT or the configuration's
 * current context, else the default socket. Reads files, opens no connection: connect.ts does. What it looks at is in
 * surroundings.ts.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Surroundings } from './surroundings.ts';

/** How to reach an engine. */
export interface EngineAddress {
  /** As a URL: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`, `npipe:////./pipe/docker_engine`. */
  readonly host: string;
  /** What named it, for messages: `DOCKER_HOST`, `context colima`, `default socket`. */
  readonly source: string;
  /** TLS material, read already. */
  readonly tls?: EngineTls;
  /** What could not be used on the way, and why, in one clause. The docker command warns of it too, and goes on. */
  readonly ignored?: string;
}

/** TLS towards an engine. */
export interface EngineTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False where the context says that the engine's certificate is not to be checked. */
  readonly verify: boolean;
}

/** What names the engine where nothing else does. */
const DEFAULT_SOURCE = 'default socket';

/** The engine for messages: its address, with what named it where that is not the default, and what was ignored. */
export function engineName({ host, source, ignored }: EngineAddress): string {
  const facts = [...(source === DEFAULT_SOURCE ? [] : [source]), ...(ignored === undefined ? [] : [ignored])];
  return facts.length === 0 ? host : `${host} (${facts.join('; ')})`;
}

/** The path of the socket that the address names and that does not exist: no engine can answer there. */
export function missingSocket({ host }: EngineAddress, around: Surroundings): string | undefined {
  const path = /^unix:\/\/(.+)$/.exec(host)?.[1];
  return path === undefined || around.exists(path) ? undefined : path;
}

/** What an installed engine has, beside programs: with one of them, labs may be on an engine that is stopped. */
const TRACES: readonly string[] = ['/etc/docker', '/var/lib/docker', '/var/run/docker.pid'];

/** Where programs are, where a PATH leaves them out. */
const PROGRAM_FOLDERS: readonly string[] = ['/usr/bin', '/usr/sbin', '/usr/local/bin'];

/**
 * True when there is no trace of an engine: nothing names one, its default socket does not exist, and neither do programs or
 * folders of it. Then no lab can be on one; an engine that is stopped may have labs.
 */
export function isEngineAbsent(address: EngineAddress, around: Surroundings): boolean {
  if (address.source !== DEFAULT_SOURCE || missingSocket(address, around) === undefined) return false;
  const own = around.home === '' ? [] : [join(around.home, '.docker')];
  const folders = [...(around.env.PATH ?? '').split(':').filter(folder => folder !== ''), ...PROGRAM_FOLDERS];
  const programs = folders.flatMap(folder => [join(folder, 'docker'), join(folder, 'dockerd')]);
  return ![...TRACES, ...own, ...programs].some(path => around.exists(path));
}

/** A context, or a variable, names something that cannot be understood; connecting is not tried. */
export class EngineAddressError extends Error {
  override readonly name = 'EngineAddressError';
  readonly advice: string;

  constructor(
    message: string,
    advice = 'correct DOCKER_HOST, DOCKER_CONTEXT or the current Docker context (docker context ls)',
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.advice = advice;
  }
}

/**
 * Finds the engine's address. The order is that of the docker command (`resolveContextName` in docker/cli). As there, a
 * configuration that cannot be read is ignored.
 * @throws {EngineAddressError} when DOCKER_HOST is no address, a named context does not exist, or a file of it cannot be read
 */
export function findEngineAddress(around: Surroundings): EngineAddress {
  const { env } = around;
  const config = configFolder(around);
  const named = (env.DOCKER_HOST ?? '').trim();
  if (env.DOCKER_HOST) return named === '' ? defaultAddress(around, {}) : fromHostVariable(named, around);
  const read = env.DOCKER_CONTEXT ? { context: env.DOCKER_CONTEXT } : readConfig(config, around);
  const { context = 'default' } = read;
  return context === 'default' ? defaultAddress(around, read) : fromContext(context, config, around);
}

/** Undefined for a user without a home: the system does not know the user, and HOME is not set. */
function configFolder({ env, home }: Surroundings): string | undefined {
  return env.DOCKER_CONFIG || (home === '' ? undefined : join(home, '.docker'));
}

function defaultAddress(around: Surroundings, { ignored }: Pick<Configuration, 'ignored'>): EngineAddress {
  return { host: defaultHost(around), source: DEFAULT_SOURCE, ...(ignored === undefined ? {} : { ignored }) };
}

function defaultHost(around: Surroundings): string {
  if (around.platform === 'win32') return 'npipe:////./pipe/docker_engine';
  const system = '/var/run/docker.sock';
  if (around.home === '' || around.exists(system)) return `unix://${system}`;
  const desktop = join(around.home, '.docker', 'run', 'docker.sock');
  return `unix://${around.exists(desktop) ? desktop : system}`;
}

/** The engine of a context, by its name. @throws {EngineAddressError} */
export function contextAddress(name: string, around: Surroundings): EngineAddress {
  return name === 'default' ? defaultAddress(around, {}) : fromContext(name, configFolder(around), around);
}

/** The TLS that the environment asks for towards a tcp address; undefined where it asks for none. @throws {EngineAddressError} */
export function tlsOfEnvironment(around: Surroundings): EngineTls | undefined {
  const { DOCKER_TLS_VERIFY, DOCKER_TLS, DOCKER_CERT_PATH } = around.env;
  if (!DOCKER_TLS_VERIFY && !DOCKER_TLS) return undefined;
  const folder = DOCKER_CERT_PATH || configFolder(around);
  const verify = Boolean(DOCKER_TLS_VERIFY);
  return folder === undefined ? { verify } : readTls(folder, verify, around);
}

function fromHostVariable(value: string, around: Surroundings): EngineAddress {
  const host = hostOf(value);
  const source = 'DOCKER_HOST';
  const tls = host.startsWith('tcp://') ? tlsOfEnvironment(around) : undefined;
  return tls === undefined ? { host, source } : { host, source, tls };
}

/** As the docker command reads it: a text without a scheme is a TCP address. */
function hostOf(value: string): string {
  if (value === 'tcp://') return 'tcp://localhost';
  if (value.includes('://')) return value;
  const path = /^(?:unix:)?(\.{0,2}\/.*)$/.exec(value)?.[1];
  if (path === undefined) return `tcp://${value}`;
  const message = `DOCKER_HOST is a path (${value}), not an address`;
  throw new EngineAddressError(message, `set DOCKER_HOST=unix://${path}`);
}

function readTls(folder: string, verify: boolean, around: Surroundings): EngineTls {
  const ca = textOf(join(folder, 'ca.pem'), around);
  const cert = textOf(join(folder, 'cert.pem'), around);
  const key = textOf(join(folder, 'key.pem'), around);
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

interface Configuration {
  readonly context?: string;
  readonly ignored?: string;
}

/** The configuration's current context; or why it is ignored. */
function readConfig(folder: string | undefined, around: Surroundings): Configuration {
  if (folder === undefined) return {};
  const path = join(folder, 'config.json');
  try {
    const text = textOf(path, around);
    if (text === undefined || text.trim() === '') return {};
    const name = field(parseJson(text, path), 'currentContext');
    if (name === undefined || name === null || name === '') return {};
    if (typeof name !== 'string') throw new EngineAddressError(`the current context in ${path} is no text`);
    return { context: name };
  } catch (error) {
    if (error instanceof EngineAddressError) return { ignored: `ignored: ${error.message}` };
    throw error;
  }
}

function fromContext(name: string, config: string | undefined, around: Surroundings): EngineAddress {
  if (config === undefined) {
    throw new EngineAddressError(`the Docker context "${name}" cannot be looked up: this user has no home`, 'set HOME');
  }
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(config, 'contexts', 'meta', id, 'meta.json');
  const text = textOf(path, around);
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

/** A file's text; undefined when it is not there. @throws {EngineAddressError} when it cannot be read */
function textOf(path: string, around: Surroundings): string | undefined {
  try {
    return around.readFile(path);
  } catch (cause) {
    const { code } = Object(cause);
    const why = code === 'EACCES' ? 'permission denied' : String(code ?? cause);
    throw new EngineAddressError(`${path} cannot be read: ${why}`, `make ${path} readable for this user`, cause);
  }
}

function parseJson(text: string, path: string): unknown {
  if (text.startsWith('\uFEFF')) {
    throw new EngineAddressError(`${path} begins with a byte order mark`, `save ${path} without a byte order mark`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The docker command reads the first value, and nothing after it.
    const end = / after JSON at position (\d+)/.exec(String(cause))?.[1];
    if (end !== undefined) return JSON.parse(text.slice(0, Number(end)));
    throw new EngineAddressError(`${path} is not JSON`, `correct ${path}`, cause);
  }
}

/** As the docker command finds a field: in any case of its letters, where there is none in the right one. */
function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map(Object.entries(value));
  const other = [...fields.keys()].find(key => key.toLowerCase() === name.toLowerCase());
  return fields.get(name) ?? fields.get(other ?? name);
}
