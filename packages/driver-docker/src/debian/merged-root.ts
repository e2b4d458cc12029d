/**
 * Files of several Debian packages as one root file system. Debian's /bin, /sbin and /lib are links into /usr; packages still name
 * files by either path, and without the links made first one would hide the other.
 */
import { posix } from 'node:path';

/** Folders that are links into /usr: `lib64` of the loader's path among them. */
export const MERGED: readonly string[] = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** What is in a package's archive, as far as it matters here. */
export interface PackageEntry {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly linkname?: string | null | undefined;
}

/** An entry's path in the image, without a leading slash: `./lib/x` is `usr/lib/x`. Undefined for the root, and for what is a link here. */
export function mergedPath(name: string): string | undefined {
  const path = posix.normalize(`/${name}`).replace(/\/$/, '').slice(1);
  const [top = ''] = path.split('/');
  if (path === '' || MERGED.includes(path)) return undefined;
  return MERGED.includes(top) ? `usr/${path}` : path;
}

/** Where a link leads, in the image: a hard link to the path there; a symbolic one as it is, unless the move has bent it. */
export function mergedTarget({ name, type, linkname }: PackageEntry): string | undefined {
  if (linkname === undefined || linkname === null) return undefined;
  if (type === 'link') return mergedPath(linkname);
  const [top = ''] = posix.normalize(`/${name}`).slice(1).split('/');
  if (!MERGED.includes(top) || !linkname.startsWith('..')) return linkname;
  return posix.resolve(posix.dirname(posix.normalize(`/${name}`)), linkname);
}
