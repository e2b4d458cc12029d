/** Dependencies of an example that has some of its own. Several files of tests use them, in several processes. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './run-lab.ts';

/** Installs them, unless they are there. Whoever is done first is the one whose work counts. */
export async function installExample(name: string): Promise<void> {
  const example = join(ROOT, 'examples', name);
  const modules = join(example, 'node_modules');
  if (existsSync(modules)) return;
  const own = mkdtempSync(join(ROOT, 'node_modules/.example-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) await cp(join(example, file), join(own, file));
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: own });
    renameSync(join(own, 'node_modules'), modules);
  } catch (error) {
    if (!existsSync(modules)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
