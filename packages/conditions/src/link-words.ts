/** What is set on a link, in a few words for people. */
import type { Latency, LinkSettings } from './link-settings.ts';

/** `5 ms, jitter 2 ms, 1 % lost, 1000 kbit/s, datagram`; empty where nothing is set. */
export function linkSettingsText({ latencyMs, jitterMs, lossRatio, bandwidthKbps, delivery }: LinkSettings): string {
  return [
    ...(latencyMs === undefined ? [] : [latencyText(latencyMs)]),
    ...(jitterMs === undefined ? [] : [`jitter ${jitterMs} ms`]),
    ...(lossRatio === undefined ? [] : [`${Math.round(lossRatio * 1e4) / 100} % lost`]),
    ...(bandwidthKbps === undefined ? [] : [`${bandwidthKbps} kbit/s`]),
    ...(delivery === undefined ? [] : [delivery]),
  ].join(', ');
}

function latencyText(latency: Latency): string {
  if (typeof latency === 'number') return `${latency} ms`;
  if ('uniform' in latency) return `${latency.uniform.min} to ${latency.uniform.max} ms`;
  if ('exponential' in latency) return `exponential, mean ${latency.exponential.mean} ms`;
  return `log-normal, median ${latency.logNormal.median} ms, sigma ${latency.logNormal.sigma}`;
}
