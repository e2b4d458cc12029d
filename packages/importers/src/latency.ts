/** Latencies of links: from the distance of their ends, or from the weight of an edge. */
import type { RawNode } from './raw-graph.ts';

const EARTH_RADIUS_KM = 6371;
/** Light in glass fibre, two thirds of its speed in vacuum. */
const KM_PER_MS = 200;

/** The great-circle distance in milliseconds of light in fibre; undefined where an end has no coordinates. */
export function distanceMs(a: RawNode | undefined, b: RawNode | undefined): number | undefined {
  const [lat1, lon1, lat2, lon2] = [a?.latitude, a?.longitude, b?.latitude, b?.longitude].map(inRadians);
  if (lat1 === undefined || lon1 === undefined || lat2 === undefined || lon2 === undefined) return undefined;
  const h = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
  return (2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)))) / KM_PER_MS;
}

function inRadians(degrees: number | undefined): number | undefined {
  return degrees === undefined ? undefined : (degrees * Math.PI) / 180;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['us', 0.001],
  ['ms', 1],
  ['s', 1000],
]);

/** A weight in milliseconds, such as `3` or `10ms`; undefined for what is no number, or below 0. */
export function weightMs(weight: string | undefined): number | undefined {
  const [, number, unit] = /^\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-zµ]*)\s*$/i.exec(weight ?? '') ?? [];
  const factor = UNITS.get((unit ?? '').toLowerCase());
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
