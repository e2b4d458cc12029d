// Packs what is published into tarballs, and checks each as users' tools will read it.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assemble } from './assemble.js';
import { problemsOf } from './check-package.js';
import { PUBLISHED } from './published-packages.js';

/**
 * Writes a tarball of each published package into `out`, and prints its size.
 * @param options.version in place of the manifests'
 * @param options.repository for the manifests; undefined where there is none
 * @throws with every problem that publint and "Are the types wrong?" find
 */
export async function packAll(out, options) {
  mkdirSync(out, { recursive: true });
  const problems = [];
  for (const name of Object.keys(PUBLISHED)) {
    const folder = join(out, 'packages', name);
    await assemble(name, folder, options);
    const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', out], { cwd: folder });
    const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(stdout);
    console.log(`${filename}: ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)} in ${entryCount} files`);
    problems.push(...(await problemsOf(join(out, filename))).map(problem => `${filename}: ${problem}`));
  }
  rmSync(join(out, 'packages'), { recursive: true, force: true });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

const kilobytes = bytes => `${Math.ceil(bytes / 1000)} kB`;
