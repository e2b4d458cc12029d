/**
 * The Node runtime that runs this process, as files for an image: the program, its shared objects and the loader. With
 * them the peers' image needs no registry (docs/ARCHITECTURE.md). What else this process has loaded (native modules of its
 * packages) stays here. image.ts makes the image.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { elfObjects, placeOfObject, type SharedObject } from './elf-objects.ts';
import type { TarFile } from './tar.ts';

/** The path of the program in the image, whatever its path on the host. */
export const NODE_IN_IMAGE = '/usr/local/bin/node';

/** The folder of its shared objects in the image, for the loader's search: an image has no cache of them. */
export const NODE_LIBRARIES = '/usr/local/lib/node';

/** What a runtime consists of. */
export interface HostRuntime {
  readonly files: readonly TarFile[];
  /** Changes when the runtime does: path, size and time of every file. Reading 100 MB at each start is not worth more. */
  readonly fingerprint: string;
}

/** The engine's words for this process's architecture, or undefined where it is none that both know. */
export function engineArchitecture(arch: string = process.arch): readonly string[] | undefined {
  const names: ReadonlyMap<string, readonly string[]> = new Map(
    Object.entries({
      x64: ['x86_64', 'amd64'],
      arm64: ['aarch64', 'arm64'],
      arm: ['armv7l', 'armv7', 'arm'],
      ppc64: ['ppc64le'],
      s390x: ['s390x'],
      riscv64: ['riscv64'],
    }),
  );
  return names.get(arch);
}

/** Collects the runtime; undefined where this is no Linux. */
export function hostRuntime(): HostRuntime | undefined {
  if (process.platform !== 'linux') return undefined;
  const program = realpathSync(process.execPath);
  const objects = elfObjects(program);
  const places = [...objects, ...nameServices(objects)].map(
    object => [placeOfObject(object, NODE_LIBRARIES), object.path] as const,
  );
  const sources = [...new Map([[NODE_IN_IMAGE, program] as const, ...places])].map(([target, path]) => ({
    target,
    path,
  }));
  return {
    files: sources.map(({ target, path }) => ({
      name: target.slice(1),
      mode: 0o755,
      source: { path: realpathSync(path) },
    })),
    fingerprint: sources.map(({ target, path }) => describe(target, path)).join('\n'),
  };
}

/** Older C libraries load these by name when a peer resolves a host name. */
function nameServices(objects: readonly SharedObject[]): readonly SharedObject[] {
  const library = objects.find(({ name }) => name === 'libc.so.6');
  if (library === undefined) return [];
  return ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']
    .map(name => ({ name, path: join(dirname(library.path), name) }))
    .filter(({ path }) => existsSync(path));
}

function describe(target: string, path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${target} ${size} ${Math.floor(mtimeMs)}`;
}
