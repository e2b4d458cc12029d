/** Reads what a kind or a peer of a file needs: sizes in bytes, folders and names checked. */
import { didYouMean, readBytes } from '@peerlab/conditions';
import type { Report } from './generator-section.ts';
import { describe } from './in-words.ts';
import type { PeerNeeds } from './needs-model.ts';
import { readPorts } from './ports-section.ts';
import type { Path } from './yaml-document.ts';

/** The least memory that engines take for a container. */
const LEAST_MEMORY_BYTES = 6 * 1024 ** 2;
/** @default 64 MiB: room for sockets, locks and temporary files */
const TMPFS_BYTES = 64 * 1024 ** 2;

/** capabilities(7). */
const CAPABILITIES: readonly string[] =
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'.split(
    ' ',
  );

/** What an entry of a file needs; what is wrong with it is reported and left out. @param path of the entry */
export function readNeeds(entry: Readonly<Record<string, unknown>>, path: Path, report: Report): PeerNeeds {
  const volumes = readFolders(entry.volumes, [...path, 'volumes'], report);
  const needs: { [Key in keyof PeerNeeds]: PeerNeeds[Key] } = {
    volumes,
    write: readFiles(entry.write, [...path, 'write'], volumes, report),
    memoryBytes: readSize(entry.memory, [...path, 'memory'], report),
    cpus: typeof entry.cpus === 'number' ? entry.cpus : undefined,
    pids: typeof entry.pids === 'number' ? entry.pids : undefined,
    tmpfs: readTmpfs(entry.tmpfs, [...path, 'tmpfs'], report),
    capabilities: readCapabilities(entry.capabilities, [...path, 'capabilities'], report),
    devices: readDevices(entry.devices, [...path, 'devices'], report),
    sysctls: readSysctls(entry.sysctls, [...path, 'sysctls'], report),
    ports: readPorts(entry.ports, [...path, 'ports'], report),
    user: readUser(entry.user, [...path, 'user'], report),
  };
  return Object.fromEntries(Object.entries(needs).filter(([, value]) => value !== undefined));
}

function readFolders(list: unknown, path: Path, report: Report): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const seen = new Set<string>();
  list.forEach((folder: unknown, i) => {
    if (typeof folder !== 'string') return;
    checkFolder(folder, [...path, i], report);
    if (seen.has(folder)) report([...path, i], `"${folder}" appears twice`, 'keep one of them');
    seen.add(folder);
  });
  return list.map(String);
}

function checkFolder(folder: string, path: Path, report: Report, at?: 'key'): void {
  const isPlain = /^(\/[^/:\0]+)+$/.test(folder) && !/(^|\/)\.\.?(\/|$)/.test(folder);
  if (!isPlain) report(path, `"${folder}" is no absolute path of a folder`, 'such as /data', at);
}

function readFiles(
  files: unknown,
  path: Path,
  volumes: readonly string[] | undefined,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return undefined;
  for (const file of Object.keys(files)) {
    if (volumes === undefined) continue;
    const plain = volumes[0] === undefined ? file : file.replace(/^\{data\}/, volumes[0]);
    const isBelow = volumes.some(volume => plain.startsWith(`${volume}/`));
    const isPlain = /^(\/[^/\0]+)+$/.test(plain) && !/(^|\/)\.\.?(\/|$)/.test(plain);
    if (!isBelow || !isPlain) {
      report([...path, file], `"${file}" is not in a volume`, `such as ${volumes[0]}/config`, 'key');
    }
  }
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [file, String(content)]));
}

function readSize(value: unknown, path: Path, report: Report): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const bytes = readBytes(value);
  if (bytes === undefined) report(path, `must be a size, not ${describe(value)}`, 'such as 512MiB');
  else if (bytes < LEAST_MEMORY_BYTES) report(path, `must be at least 6 MiB, not ${describe(value)}`, 'such as 512MiB');
  else return bytes;
  return undefined;
}

function readTmpfs(value: unknown, path: Path, report: Report): Readonly<Record<string, number>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  const entries: readonly [string, unknown][] = isList
    ? value.map(folder => [String(folder), TMPFS_BYTES])
    : Object.entries(value);
  return Object.fromEntries(
    entries.flatMap(([folder, size], i): [string, number][] => {
      checkFolder(folder, [...path, isList ? i : folder], report, isList ? undefined : 'key');
      const bytes = readBytes(size);
      if (bytes !== undefined && bytes > 0) return [[folder, bytes]];
      report([...path, folder], `must be a size, not ${describe(size)}`, 'such as 64MiB');
      return [];
    }),
  );
}

function readCapabilities(list: unknown, path: Path, report: Report): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.map((word: unknown, i) => {
    const name = String(word).toUpperCase().replace(/^CAP_/, '');
    if (typeof word === 'string' && !CAPABILITIES.includes(name)) {
      report([...path, i], `unknown capability "${word}"`, didYouMean(name, CAPABILITIES) ?? 'such as NET_ADMIN');
    }
    return name;
  });
}

function readDevices(list: unknown, path: Path, report: Report): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  list.forEach((device: unknown, i) => {
    const isPlain = /^\/dev(\/[^/:\0]+)+$/.test(String(device)) && !/(^|\/)\.\.?(\/|$)/.test(String(device));
    if (typeof device === 'string' && !isPlain)
      report([...path, i], `"${device}" is no device`, 'such as /dev/net/tun');
  });
  return list.map(String);
}

function readSysctls(map: unknown, path: Path, report: Report): Readonly<Record<string, string>> | undefined {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return undefined;
  for (const name of Object.keys(map)) {
    if (/^(net|fs\.mqueue|kernel\.(msg|sem|shm))[a-z0-9_.-]*$/.test(name)) continue;
    const advice = 'engines set those of a namespace: net.…, kernel.shm…, kernel.msg…, kernel.sem, fs.mqueue.…';
    report([...path, name], `"${name}" is no setting of a container`, advice, 'key');
  }
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, String(value)]));
}

function readUser(user: unknown, path: Path, report: Report): string | undefined {
  if (typeof user !== 'string') return undefined;
  if (user === 'root') return '0:0';
  if (/^\d{1,9}(:\d{1,9})?$/.test(user)) return user;
  report(path, `cannot be "${user}"`, 'numbers such as "1000:1000", or root');
  return undefined;
}
