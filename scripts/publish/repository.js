// Where this project is kept, for the manifests: what is published must name the place that it was built from.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The address of the checkout's origin as npm wants it, `git+https://….git`; undefined where it has no such origin. */
export async function repositoryOf(root) {
  try {
    const { stdout } = await promisify(execFile)('git', ['remote', 'get-url', 'origin'], { cwd: root });
    return asPublicAddress(stdout.trim());
  } catch {
    // No git, no repository, or no origin.
    return undefined;
  }
}

/** From the forms that git takes; undefined for a folder or another machine's path. Credentials stay out. */
export function asPublicAddress(origin) {
  const match = /^(?:(?:https?|ssh):\/\/(?:[^@/]*@)?|[\w.-]+@)([\w.-]+\.[a-z]+)(?::\d+)?[:/](.+?)(?:\.git)?\/?$/i.exec(
    origin,
  );
  return match === null ? undefined : `git+https://${match[1]}/${match[2]}.git`;
}
