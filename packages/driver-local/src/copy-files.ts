/** Files of a local peer are files of this machine: copied here, by the same rules as out of a container. */
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CopyOptions, fileTree, freshPath, LabError } from '@peerlab/driver';

/** Copies a file or a folder. @returns the links and devices in it, which are left out @throws {LabError} `PEER_REFUSED`, `NAME_TAKEN` */
export async function copyFiles(from: string, to: string, options: CopyOptions = {}): Promise<readonly string[]> {
  const { entries, leftOut } = await fileTree(from).catch((error: unknown) => {
    throw refusal(from, error);
  });
  if (entries.length === 0) {
    throw new LabError('PEER_REFUSED', `${from} is a link or a device`, { advice: 'copy the file that it leads to' });
  }
  await access(dirname(to), constants.W_OK).catch((error: unknown) => {
    throw refusal(dirname(to), error);
  });
  return await freshPath(to, options, async beside => {
    for (const { path, place, isFolder, mode } of entries) {
      const target = join(beside, place);
      if (isFolder) await mkdir(target);
      else await copyFile(path, target, constants.COPYFILE_EXCL);
      await chmod(target, mode | (isFolder ? 0o700 : 0o600));
    }
    return leftOut;
  });
}

function refusal(path: string, error: unknown): LabError {
  const { code } = error as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'does not exist' : `cannot be read or written (${code})`;
  return new LabError('PEER_REFUSED', `${path} ${why}`, {
    advice: "on local, paths are this machine's; relative ones are seen from the peer's folder",
    details: { path },
    cause: error,
  });
}
