/** What the needs of a lab's peers mean for its isolation, and which of them have no effect on its driver: for reports. */
import type { RunningLab } from '@peerlab/driver';
import { mergeNeeds, type PeerNeeds, portText, type Topology } from '@peerlab/topology';

/** A peer's needs, as they were merged of its kind and itself. */
export interface NamedNeeds {
  readonly name: string;
  readonly needs: PeerNeeds;
}

/** How needs are called in a file. */
const KEYS: Readonly<Record<keyof PeerNeeds, string>> = {
  volumes: 'volumes',
  write: 'write',
  memoryBytes: 'memory',
  cpus: 'cpus',
  pids: 'pids',
  tmpfs: 'tmpfs',
  capabilities: 'capabilities',
  devices: 'devices',
  sysctls: 'sysctls',
  ports: 'ports',
  user: 'user',
};

const MEBIBYTE = 1024 ** 2;

/** Names that a note gives, before it counts. */
const SHOWN_NAMES = 3;

/** Peers that need anything, in topology order. */
export function neededBy({ peers, kinds = [] }: Topology): readonly NamedNeeds[] {
  const byName = new Map(kinds.map(kind => [kind.name, kind]));
  return peers
    .map(({ name, settings }) => ({ name, needs: mergeNeeds(byName.get(settings.kind ?? ''), settings) }))
    .filter(({ needs }) => Object.keys(needs).length > 0);
}

/**
 * Notes for a report: what lowers the isolation, of which peers, and what has no effect. Peers that need the same are told
 * together.
 */
export function needsNotes(
  topology: Topology,
  running: Pick<RunningLab, 'driver' | 'withoutEffect'>,
): readonly string[] {
  const needed = neededBy(topology);
  const { needs: without = [], why = '', whyOf = {} } = running.withoutEffect ?? {};
  const lowered = grouped(needed, ({ needs }) => lowering(needs, without).join(', '));
  const idle = grouped(needed, ({ needs }) =>
    without
      .filter(key => needs[key] !== undefined && whyOf[key] === undefined)
      .map(key => `${KEYS[key]}:`)
      .join(', '),
  );
  const apart = without.flatMap(key =>
    grouped(needed, ({ needs }) =>
      needs[key] === undefined || whyOf[key] === undefined ? '' : `${KEYS[key]}:; ${whyOf[key]}`,
    ),
  );
  return [
    ...lowered.map(([what, names]) => `less isolation than by default: ${what} (${named(names)})`),
    ...idle.map(([keys, names]) => `no effect on ${running.driver}: ${keys} (${named(names)}); ${why}`),
    ...apart.map(([text, names]) => `no effect on ${running.driver}: ${text.replace(';', ` (${named(names)});`)}`),
  ];
}

/** What of the needs lowers the isolation, in words. */
function lowering(
  { user, capabilities = [], devices = [], ports = [] }: PeerNeeds,
  without: readonly (keyof PeerNeeds)[],
): readonly string[] {
  const has = (key: keyof PeerNeeds): boolean => !without.includes(key);
  return [
    ...(has('user') && /^0+(:|$)/.test(user ?? '') ? ['runs as root'] : []),
    ...(has('capabilities') ? capabilities.map(name => `capability ${name}`) : []),
    ...(has('devices') ? devices.map(path => `device ${path}`) : []),
    ...(has('ports') ? ports.map(port => `port ${portText(port)} is reached from outside`) : []),
  ];
}

/** Every need in words, as a file would say it: `memory 512 MiB`, `volumes /data`. */
export function needsInWords({
  volumes,
  write,
  memoryBytes,
  cpus,
  pids,
  tmpfs,
  ...rights
}: PeerNeeds): readonly string[] {
  const { capabilities, devices, sysctls, ports, user } = rights;
  const list = (key: string, values: readonly string[] | undefined): string[] =>
    values === undefined ? [] : [`${key} ${values.join(' ')}`];
  return [
    ...list('volumes', volumes),
    ...list('write', write && Object.keys(write)),
    ...(memoryBytes === undefined ? [] : [`memory ${Math.round(memoryBytes / MEBIBYTE)} MiB`]),
    ...(cpus === undefined ? [] : [`cpus ${cpus}`]),
    ...(pids === undefined ? [] : [`pids ${pids}`]),
    ...list('tmpfs', tmpfs && Object.keys(tmpfs)),
    ...list('capabilities', capabilities),
    ...list('devices', devices),
    ...list('sysctls', sysctls && Object.entries(sysctls).map(([name, value]) => `${name}=${value}`)),
    ...list('ports', ports?.map(portText)),
    ...(user === undefined ? [] : [/^0+(:|$)/.test(user) ? 'user root' : `user ${user}`]),
  ];
}

function grouped(
  peers: readonly NamedNeeds[],
  textOf: (peer: NamedNeeds) => string,
): [text: string, names: string[]][] {
  const groups = new Map<string, string[]>();
  for (const peer of peers) {
    const text = textOf(peer);
    if (text !== '') groups.set(text, [...(groups.get(text) ?? []), peer.name]);
  }
  return [...groups];
}

function named(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return more > 0 ? `${names.slice(0, SHOWN_NAMES).join(', ')} and ${more} more` : names.join(', ');
}
