/** What a valid file must keep so that its lab comes up: names of variables, links of a peer, latencies that a link survives. */
import type { LinkSettings } from '@peerlab/conditions';
import type { LinkSpec, PeerSpec } from './model.ts';
import type { Path } from './yaml-document.ts';

/** Takes a problem: where, what, and what to do. */
export type Report = (path: Path, message: string, advice?: string, at?: 'key' | 'value') => void;

/** The links that a peer takes: `maxLinks` of the protocol. */
export const MAX_LINKS_OF_A_PEER = 1024;
/**
 * The longest one-way latency that a link survives, in milliseconds. A peer closes a link that has not answered a ping
 * within 10 s, and the ping and its answer each take the latency once.
 */
export const MAX_LATENCY_MS = 4500;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reports variables that no shell and no engine takes. @param path the map `env` */
export function checkVariables(env: unknown, path: Path, report: Report): void {
  if (typeof env !== 'object' || env === null) return;
  for (const name of Object.keys(env)) {
    if (VARIABLE.test(name)) continue;
    const rule = 'a variable is letters, digits and _, and does not begin with a digit';
    report([...path, name], `${JSON.stringify(name)} is not a name of a variable: ${rule}`, undefined, 'key');
  }
}

/** Reports the first peer with more links than a peer takes. @param place where the links come from */
export function checkDegrees(
  peers: readonly PeerSpec[],
  links: readonly LinkSpec[],
  place: Path,
  report: Report,
): void {
  const degrees = new Uint32Array(peers.length);
  for (const { a, b } of links) for (const peer of [a, b]) degrees[peer] = (degrees[peer] ?? 0) + 1;
  const hub = degrees.findIndex(degree => degree > MAX_LINKS_OF_A_PEER);
  if (hub === -1) return;
  const message = `${peers[hub]?.name} has ${degrees[hub]} links; a peer takes at most ${MAX_LINKS_OF_A_PEER}`;
  report(place, message, 'use fewer links, or flood the graph alone: lab sim flood');
}

/** Reports a latency that ends the link that it is set on. @param path of the settings */
export function checkLatency({ latencyMs, jitterMs }: LinkSettings, path: Path, report: Report): void {
  if (typeof latencyMs !== 'number') return;
  const longest = latencyMs + (jitterMs ?? 0);
  if (longest <= MAX_LATENCY_MS) return;
  const message = `a latency of ${longest} ms ends the link: a peer waits 10 s for the answer to a ping`;
  report([...path, 'latencyMs'], message, `use at most ${MAX_LATENCY_MS} ms, jitter included`);
}
