/** What a peer needs, by its kind and by itself. */
import type { KindSpec, PeerSettings } from './model.ts';
import type { PeerNeeds } from './needs-model.ts';

const KEYS: ReadonlySet<string> = new Set<keyof PeerNeeds>([
  'volumes',
  'write',
  'memoryBytes',
  'cpus',
  'pids',
  'tmpfs',
  'capabilities',
  'devices',
  'sysctls',
  'ports',
  'user',
]);

/** The peer's own come first; maps are joined. Keys without a value are left out. */
export function mergeNeeds(kind: KindSpec | undefined, own: PeerSettings): PeerNeeds {
  const [byKind, byPeer] = [needsOf(kind ?? {}), needsOf(own)];
  const maps = (['write', 'tmpfs', 'sysctls'] as const).flatMap(key => {
    const joined = { ...byKind[key], ...byPeer[key] };
    return Object.keys(joined).length === 0 ? [] : [[key, joined] as const];
  });
  return { ...byKind, ...byPeer, ...Object.fromEntries(maps) };
}

/** What of a kind's or a peer's settings says what it needs. */
export function needsOf(settings: PeerNeeds): PeerNeeds {
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => KEYS.has(key) && value !== undefined));
}

/** The rest of the settings. */
export function withoutNeeds<T extends PeerNeeds>(settings: T): Omit<T, keyof PeerNeeds> {
  const rest: unknown = Object.fromEntries(Object.entries(settings).filter(([key]) => !KEYS.has(key)));
  return rest as Omit<T, keyof PeerNeeds>;
}
