/**
 * dockerode without two of its parts, which it would load at once and this driver never calls: BuildKit's sessions, with all
 * of gRPC, and its own ssh. They make three quarters of the time that it takes to load, at each start of `lab`.
 */
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import type Dockerode from 'dockerode';

/** The parts, from the modules that ask for them. */
const NOT_USED: readonly (readonly [from: string, part: string])[] = [
  ['dockerode', './session'],
  ['docker-modem', './ssh'],
];

/** Puts something empty in the place of a part. Where a part is elsewhere, in another version, it is loaded as ever. */
function leaveOut(from: string, part: string, require: NodeJS.Require): void {
  try {
    const path = createRequire(require.resolve(from)).resolve(part);
    if (require.cache[path] !== undefined) return;
    const empty = new Module(path);
    empty.filename = path;
    empty.loaded = true;
    empty.exports = (): never => {
      throw new Error(`${path} was left out`);
    };
    require.cache[path] = empty;
  } catch {
    // Nothing is left out then.
  }
}

// As a path, which a bundle keeps: it finds dockerode from where it lies itself.
const here = createRequire(join(import.meta.dirname, 'noop.js'));
const byDockerode = createRequire(here.resolve('dockerode'));
for (const [from, part] of NOT_USED) leaveOut(from, part, from === 'dockerode' ? here : byDockerode);

/** The client of the Engine's API. */
export const DockerClient: typeof Dockerode = (await import('dockerode')).default;
