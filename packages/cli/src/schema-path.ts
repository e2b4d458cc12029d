/** Where an editor finds the schema of topology files, as a file in some folder names it. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';

/** In a project that installed the package. */
const INSTALLED = 'node_modules/peerlab/schema/topology.schema.json';

/**
 * The path of the schema from a folder. Within a project that has the package, or this command's own, it is relative: who checks
 * the project out elsewhere has it in the same place. Otherwise it is where this command is installed.
 */
export function schemaPathFrom(folder: string, own: string = INSTALLATION.topologySchema): string {
  const from = resolve(folder);
  for (const above of ancestorsOf(from)) {
    const found = join(above, INSTALLED);
    if (existsSync(found)) return relative(from, found);
    const isProject = existsSync(join(above, 'package.json'));
    if (isProject && own.startsWith(join(above, '/'))) return relative(from, own);
  }
  return own;
}

/** The folder, the one above it, and so on up to the root. */
function ancestorsOf(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestorsOf(above)];
}
