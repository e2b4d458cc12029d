/**
 * The Node runtime that runs this process, as files for an image: the program, its shared objects and the loader. With
 * them the peers' image needs no registry (docs/ARCHITECTURE.md). image.ts makes the image.
 */
import { closeSync, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { TarFile } from './tar.ts';

/** The path of the program in the image, whatever its path on the host. */
export const NODE_IN_IMAGE = '/usr/local/bin/node';

/** What a runtime consists of. */
export interface HostRuntime {
  readonly files: readonly TarFile[];
  /** Directories of the shared objects, for the loader's search: an image has no cache of them. */
  readonly libraryPath: string;
  /** Changes when the runtime does: path, size and time of every file. Reading 100 MB at each start is not worth more. */
  readonly fingerprint: string;
}

/** The engine's words for this process's architecture, or undefined where it is none that both know. */
export function engineArchitecture(arch: string = process.arch): readonly string[] | undefined {
  const names: Readonly<Record<string, readonly string[]>> = {
    x64: ['x86_64', 'amd64'],
    arm64: ['aarch64', 'arm64'],
    arm: ['armv7l', 'armv7', 'arm'],
    ppc64: ['ppc64le'],
    s390x: ['s390x'],
    riscv64: ['riscv64'],
  };
  return names[arch];
}

/** Collects the runtime; undefined where this is no Linux. */
export function hostRuntime(): HostRuntime | undefined {
  if (process.platform !== 'linux') return undefined;
  const program = realpathSync(process.execPath);
  const objects = new Set(sharedObjects());
  const loader = elfInterpreter(program);
  if (loader !== undefined) objects.add(loader);
  for (const object of [...objects]) {
    // Older C libraries load these by name when a peer resolves a host name.
    for (const name of ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']) {
      if (object.endsWith('/libc.so.6') && existsSync(join(dirname(object), name))) {
        objects.add(join(dirname(object), name));
      }
    }
  }
  const sources = [
    { target: NODE_IN_IMAGE, path: program },
    ...[...objects].sort().map(path => ({ target: path, path })),
  ];
  return {
    files: sources.map(({ target, path }) => ({
      name: target.slice(1),
      mode: 0o755,
      source: { path: realpathSync(path) },
    })),
    libraryPath: [...new Set([...objects].map(path => dirname(path)))].join(':'),
    fingerprint: sources.map(({ target, path }) => describe(target, path)).join('\n'),
  };
}

function describe(target: string, path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${target} ${size} ${Math.floor(mtimeMs)}`;
}

function sharedObjects(): readonly string[] {
  const report = process.report.getReport() as { sharedObjects?: readonly string[] };
  return (report.sharedObjects ?? []).filter(path => isAbsolute(path) && existsSync(path));
}

/**
 * The loader that an ELF program names: the content of its PT_INTERP segment (System V ABI, "Program Header").
 * Undefined for a static program, and for what is no 64-bit little-endian ELF file.
 */
export function elfInterpreter(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const header = read(file, 0, 64);
    const isElf64 = header.subarray(0, 4).toString('latin1') === '\x7fELF' && header[4] === 2 && header[5] === 1;
    if (!isElf64) return undefined;
    const start = Number(header.readBigUInt64LE(32));
    const size = header.readUInt16LE(54);
    const count = header.readUInt16LE(56);
    const table = read(file, start, size * count);
    for (let at = 0; at + 56 <= table.length; at += size) {
      if (table.readUInt32LE(at) !== 3) continue;
      const text = read(file, Number(table.readBigUInt64LE(at + 8)), Number(table.readBigUInt64LE(at + 32)));
      return text.toString('latin1').replace(/\0.*$/s, '');
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

function read(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const taken = readSync(file, buffer, 0, length, position);
  return buffer.subarray(0, taken);
}
