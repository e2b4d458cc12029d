/**
 * Where an engine is that the user names: `unix://`, `ssh://`, `context:NAME` as the docker command knows it, or `tcp://`. Access to
 * an engine's API is root access to its machine: plain tcp is refused but for this machine's own address.
 */
import type { EngineSpec } from '@peerlab/driver';
import { contextAddress, type EngineAddress, EngineAddressError, tlsOfEnvironment } from './engine-address.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Finds the address.
 * @throws {EngineAddressError} for an endpoint that cannot be understood, or that is not safe
 */
export function specAddress({ name, endpoint }: EngineSpec, around: Surroundings): EngineAddress {
  const source = `engine ${name}`;
  const context = /^context:(.+)$/.exec(endpoint)?.[1];
  const address = context === undefined ? directAddress(endpoint, source, around) : contextAddress(context, around);
  requireSafe(name, address);
  const { host, tls } = address;
  return { host, source, ...(tls === undefined ? {} : { tls }) };
}

function directAddress(endpoint: string, source: string, around: Surroundings): EngineAddress {
  const scheme = /^([a-z]+):\/\/./.exec(endpoint)?.[1];
  const isKnown = scheme !== undefined && ['unix', 'ssh', 'tcp', 'npipe'].includes(scheme);
  const isRead =
    isKnown && (!['ssh', 'tcp'].includes(scheme) || URL.canParse(endpoint.replace(/^(ssh|tcp):/, 'http:')));
  if (!isRead) {
    throw new EngineAddressError(
      `${source} has the endpoint ${endpoint}, which is none`,
      'an endpoint is unix:///PATH, ssh://USER@HOST, context:NAME, or tcp://HOST:PORT with TLS',
    );
  }
  const tls = scheme === 'tcp' ? tlsOfEnvironment(around) : undefined;
  return { host: endpoint, source, ...(tls === undefined ? {} : { tls }) };
}

function requireSafe(name: string, { host, tls }: EngineAddress): void {
  if (!/^(tcp|https?):/.test(host) || isLoopback(host)) return;
  if (tls?.verify === true && tls.cert !== undefined && tls.key !== undefined) return;
  throw new EngineAddressError(
    `engine ${name} is reached by plain tcp (${host}): access to that port is root access to its machine`,
    `use ${name}=ssh://USER@HOST, or mutual TLS: a Docker context with certificates, or DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH`,
  );
}

function isLoopback(host: string): boolean {
  return /^[a-z]+:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\/?$/.test(host);
}
