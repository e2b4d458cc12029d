/** What a program of this machine needs to run elsewhere on the same kind of machine: its loader and its shared objects. */
import { execFileSync } from 'node:child_process';
import { elfInterpreter } from './host-runtime.ts';

/** How long the loader may take to list a file's objects, in milliseconds: it takes 2. */
const LIST_TIMEOUT_MS = 10_000;

/**
 * The loader and the shared objects of an ELF file, by asking the loader that it names; empty for a static program, and
 * for what is no ELF file.
 * @param loader for a shared object, which names none: that of the program that loads it
 */
export function elfObjects(path: string, loader: string | undefined = elfInterpreter(path)): readonly string[] {
  if (loader === undefined) return [];
  const listed = execFileSync(loader, ['--list', path], { encoding: 'utf8', timeout: LIST_TIMEOUT_MS, stdio: 'pipe' });
  // `libm.so.6 => /lib/libm.so.6 (0x…)`, or `/lib64/ld-linux-x86-64.so.2 (0x…)`; what is not found has no path.
  const found = [...listed.matchAll(/(?:=>\s+|^\s+)(\/\S+)\s+\(0x/gm)].map(([, object = '']) => object);
  return [...new Set([loader, ...found])];
}
