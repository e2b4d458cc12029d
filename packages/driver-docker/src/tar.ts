/** Tar archives as the engine takes them, streamed: an image of 100 MB is never in memory as a whole. */
/// <reference path="./tar-stream.d.ts" />
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** One file of an archive. */
export interface TarFile {
  /** Path in the archive, without a leading slash. */
  readonly name: string;
  /** Permission bits; everybody may read, and run where that is wanted. */
  readonly mode: number;
  /** The text itself, or where to read the bytes; none for a folder. */
  readonly source: { readonly text: string } | { readonly path: string } | 'folder';
  /** @default root */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** @default 1970: the same files make the same archive */
  readonly mtime?: Date;
}

/** Every file carries this time, unless it says otherwise, so that the same files make the same archive. */
const EPOCH = new Date(0);

const CHUNK_BYTES = 1024 * 1024;

/** Streams the files as one archive; a file that cannot be read fails the stream. */
export function tarOf(files: readonly TarFile[]): Readable {
  const archive = pack();
  void fill(archive, files).catch((error: Error) => archive.destroy(error));
  return archive;
}

async function fill(archive: ReturnType<typeof pack>, files: readonly TarFile[]): Promise<void> {
  for (const file of files) {
    const header = { name: file.name, mode: file.mode, mtime: file.mtime ?? EPOCH, ...file.owner };
    if (file.source === 'folder') {
      archive.entry({ ...header, type: 'directory' });
      continue;
    }
    if ('text' in file.source) {
      archive.entry(header, file.source.text);
      continue;
    }
    const { path } = file.source;
    const { size } = statSync(path);
    let settle: { done: () => void; fail: (error: Error) => void } | undefined;
    const written = new Promise<void>((done, fail) => {
      settle = { done, fail };
    });
    const onEntry = (error?: Error | null): void => (error ? settle?.fail(error) : settle?.done());
    // Opened, read and closed one by one, thousands of small files wait for a busy machine four times each.
    if (size <= CHUNK_BYTES) {
      archive.entry(header, readFileSync(path), onEntry);
      await written;
      continue;
    }
    const entry = archive.entry({ ...header, size }, onEntry);
    await Promise.all([pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), entry), written]);
  }
  archive.finalize();
}
