/** A file or a folder of this machine as what is copied of it: files and folders alone. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One of them. */
export interface TreeEntry {
  readonly path: string;
  /** Its path within the tree; empty for the root. */
  readonly place: string;
  readonly isFolder: boolean;
  /** Permission bits. */
  readonly mode: number;
}

/** See the module's header: folders come before what is in them. `leftOut`: the places of links, sockets and devices. */
export interface FileTree {
  readonly entries: readonly TreeEntry[];
  readonly leftOut: readonly string[];
}

/** Looks at a tree, following no link. @throws what the system says of a path that cannot be read */
export async function fileTree(path: string, place = ''): Promise<FileTree> {
  const stats = await lstat(path);
  const isFolder = stats.isDirectory();
  if (!isFolder && !stats.isFile()) return { entries: [], leftOut: [place] };
  const own = { path, place, isFolder, mode: stats.mode & 0o777 };
  if (!isFolder) return { entries: [own], leftOut: [] };
  const inner: FileTree[] = [];
  for (const name of (await readdir(path)).sort()) inner.push(await fileTree(join(path, name), join(place, name)));
  return {
    entries: [own, ...inner.flatMap(({ entries }) => entries)],
    leftOut: inner.flatMap(({ leftOut }) => leftOut),
  };
}
