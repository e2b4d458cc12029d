/** A message in a few words. */
import type { Message } from './message.ts';

/** `TTL 3`, `no TTL`. */
export function ttlText({ ttl }: Pick<Message, 'ttl'>): string {
  return ttl === undefined ? 'no TTL' : `TTL ${ttl}`;
}

/** Milliseconds for people: `0.42 ms`, `12 ms`, `3.4 s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
}
