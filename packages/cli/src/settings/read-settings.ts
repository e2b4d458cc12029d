/** What a settings file says, and all that is wrong with it. docs/HOSTS.md is the reference. */

import { nearest } from '@peerlab/conditions';
import { type EngineSpec, parseEngineSpec } from '@peerlab/driver';
import type { Path, YamlDocument } from '@peerlab/topology';
import { NO_SETTINGS, type Settings } from './settings.ts';

const KEYS = ['engines'] as const;
const ENGINE_KEYS = ['endpoint', 'weight', 'address'] as const;

/** A map of the file. */
type YamlMap = Readonly<Record<string, unknown>>;

/** Something wrong, and where. */
export interface SettingsProblem {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly advice?: string | undefined;
}

/** Reads what the file says; all that is wrong with it at once. */
export function readSettings(document: YamlDocument): {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
} {
  const problems: SettingsProblem[] = [];
  const { data } = document;
  if (!isMap(data)) {
    problems.push({
      path: [],
      at: 'value',
      message: 'must be a map',
      advice: 'such as engines: { a: unix:///var/run/docker.sock }',
    });
    return { settings: NO_SETTINGS, problems };
  }
  refuseUnknown(data, [], KEYS, problems);
  const { engines = {} } = data;
  if (!isMap(engines)) {
    const advice = 'such as engines: { a: unix:///var/run/docker.sock, b: ssh://user@host }';
    problems.push({ path: ['engines'], at: 'value', message: 'must be a map of names', advice });
    return { settings: NO_SETTINGS, problems };
  }
  const specs = document.keys(['engines']).flatMap(name => engineOf(name, engines[name], problems) ?? []);
  return { settings: { engines: specs }, problems };
}

function engineOf(name: string, value: unknown, problems: SettingsProblem[]): EngineSpec | undefined {
  const path = ['engines', name];
  const map = typeof value === 'string' ? { endpoint: value } : value;
  if (!isMap(map)) {
    problems.push({
      path,
      at: 'value',
      message: 'must be an endpoint, or a map with one',
      advice: 'such as ssh://user@host',
    });
    return undefined;
  }
  refuseUnknown(map, path, ENGINE_KEYS, problems);
  const { endpoint, weight, address } = map;
  if (weight !== undefined && !(typeof weight === 'number' && Number.isFinite(weight) && weight >= 0)) {
    problems.push({
      path: [...path, 'weight'],
      at: 'value',
      message: 'must be a number from 0',
      advice: '2: twice the peers of 1',
    });
  }
  if (address !== undefined && !(typeof address === 'string' && /^\d+(\.\d+){3}$/.test(address))) {
    problems.push({
      path: [...path, 'address'],
      at: 'value',
      message: 'must be an IPv4 address',
      advice: 'at which the other engines reach it',
    });
  }
  if (typeof endpoint !== 'string') {
    problems.push({
      path: [...path, 'endpoint'],
      at: 'value',
      message: 'is missing',
      advice: 'such as endpoint: ssh://user@host',
    });
    return undefined;
  }
  try {
    const spec = parseEngineSpec(`${name}=${endpoint}`);
    return {
      ...spec,
      ...(typeof weight === 'number' ? { weight } : {}),
      ...(typeof address === 'string' ? { address } : {}),
    };
  } catch (error) {
    const { message, advice } = error as { message: string; advice?: string };
    problems.push({ path, at: 'key', message, advice });
    return undefined;
  }
}

function refuseUnknown(map: YamlMap, path: Path, known: readonly string[], problems: SettingsProblem[]): void {
  for (const key of Object.keys(map).filter(one => !known.includes(one))) {
    const meant = nearest(key, known);
    const advice = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
    problems.push({ path: [...path, key], at: 'key', message: `unknown key "${key}"`, advice });
  }
}

function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
