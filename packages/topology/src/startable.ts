/** What a valid file must keep so that its lab comes up: names of variables, links of a peer, latencies that a link survives. */
import { type DrawnLinkSettings, type LinkSettings, oneWay } from '@peerlab/conditions';
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

/** Of more, hardly any handshake is over in time: each lost frame costs a retransmission. */
export const MAX_LOSS_RATIO = 0.7;
/** Two frames of 150 bytes each way. */
const MIN_BANDWIDTH_KBPS = 0.3;

/** Linux takes 128 KiB for a variable with its name, or a word; characters may take four bytes. */
const MAX_TEXT_LENGTH = 32_000;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reports variables that no shell and no engine takes. @param path the map `env` */
export function checkVariables(env: unknown, path: Path, report: Report): void {
  if (typeof env !== 'object' || env === null) return;
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string') checkText(value, [...path, name], report);
    if (VARIABLE.test(name)) continue;
    const rule = 'a variable is letters, digits and _, and does not begin with a digit';
    report([...path, name], `${JSON.stringify(name)} is not a name of a variable: ${rule}`, undefined, 'key');
  }
}

/** Reports what no system hands to a program: a text with a NUL character, or one of 128 KiB. */
export function checkText(text: string, path: Path, report: Report): void {
  if (text.includes('\0')) report(path, 'has a NUL character, which no program can be given', 'remove it');
  if (text.length > MAX_TEXT_LENGTH) {
    report(path, `has ${text.length} characters; a program takes at most ${MAX_TEXT_LENGTH} in one variable or word`);
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

/** The latency that frames often have: the most of a range; of what has no bound, the mean or the median. */
function usualLatencyMs(latencyMs: LinkSettings['latencyMs']): number {
  if (typeof latencyMs === 'number') return latencyMs;
  const { uniform, exponential, logNormal } = Object(latencyMs);
  return Number(uniform?.max ?? exponential?.mean ?? logNormal?.median ?? 0);
}

/** Reports settings with which a link does not come up, or soon ends: its handshake must be over within 10 s. @param path of the settings */
export function checkLinkSettings(settings: DrawnLinkSettings, path: Path, report: Report): void {
  const reported = new Set<string>();
  // What is wrong in both directions is told once.
  const once: Report = (where, message, ...more) => {
    const key = `${where.join('.')} ${message}`;
    if (!reported.has(key)) report(where, message, ...more);
    reported.add(key);
  };
  for (const way of ['there', 'back'] as const) checkOneWay(oneWay(settings, way), path, once);
}

function checkOneWay(settings: LinkSettings, path: Path, report: Report): void {
  checkLatency(settings, path, report);
  const { lossRatio, bandwidthKbps } = settings;
  if (typeof lossRatio === 'number' && lossRatio > MAX_LOSS_RATIO) {
    const message = `with a loss of ${lossRatio} no handshake ends within 10 s`;
    report([...path, 'lossRatio'], message, `use at most ${MAX_LOSS_RATIO}, or the fault flaky on a link that is up`);
  }
  if (typeof bandwidthKbps === 'number' && bandwidthKbps < MIN_BANDWIDTH_KBPS) {
    const message = `with ${bandwidthKbps} kbit/s no handshake ends within 10 s`;
    report([...path, 'bandwidthKbps'], message, `use at least ${MIN_BANDWIDTH_KBPS}`);
  }
}

function checkLatency({ latencyMs, jitterMs }: LinkSettings, path: Path, report: Report): void {
  const longest = usualLatencyMs(latencyMs) + (typeof jitterMs === 'number' ? jitterMs : 0);
  if (!(longest > MAX_LATENCY_MS)) return;
  const message = `a latency of ${longest} ms ends the link: a peer waits 10 s for the answer to a ping`;
  report([...path, 'latencyMs'], message, `use at most ${MAX_LATENCY_MS} ms, jitter included`);
}
