/** What a program of this machine needs to run elsewhere on the same kind of machine: its loader and its shared objects. */
import { execFileSync } from 'node:child_process';
import { elfInterpreter } from './elf-interpreter.ts';

/** How long the loader may take to list a file's objects, in milliseconds: it takes 2. */
const LIST_TIMEOUT_MS = 10_000;

/** A shared object that a program asks for. */
export interface SharedObject {
  /** What the program asks for: a name that the loader searches, or a path. */
  readonly name: string;
  /** The file on this machine. */
  readonly path: string;
}

/**
 * The loader and the shared objects of an ELF file, by asking the loader that it names; empty for a static program, and
 * for what is no ELF file.
 * @param loader for a shared object, which names none: that of the program that loads it
 */
export function elfObjects(path: string, loader: string | undefined = elfInterpreter(path)): readonly SharedObject[] {
  if (loader === undefined) return [];
  // What somebody preloads into this process's children is no part of the program.
  const { LD_PRELOAD: _, LD_AUDIT: __, ...env } = process.env;
  const options = { encoding: 'utf8', timeout: LIST_TIMEOUT_MS, stdio: 'pipe', env } as const;
  const listed = listedObjects(execFileSync(loader, ['--list', path], options));
  const all = [{ name: loader, path: loader }, ...listed];
  return [...new Map(all.map(object => [object.name, object])).values()];
}

/**
 * What a loader lists: `libm.so.6 => /lib/libm.so.6 (0x…)`, or, where a path is asked for, `/lib/ld.so (0x…)`. What is not
 * found is left out.
 */
export function listedObjects(listed: string): readonly SharedObject[] {
  return [...listed.matchAll(/^[ \t]+(?:(.+?) => )?(\/.*?) \(0x[0-9a-f]+\)$/gm)].map(([, name, path = '']) => {
    return { name: name ?? path, path };
  });
}

/**
 * The place of a shared object in an image: what is asked for by a path stays there; everything else goes into one folder of
 * the image's own. So no folder of this machine is searched in a container, and none is in its environment.
 */
export function placeOfObject({ name }: SharedObject, folder: string): string {
  return name.startsWith('/') ? name : `${folder}/${name}`;
}
