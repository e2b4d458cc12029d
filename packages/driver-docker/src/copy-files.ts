/** Files between a container and this machine, as archives of the engine: it works for a remote one, and needs no program in the image. */
import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CopyOptions, fileTree, freshPath, LabError } from '@peerlab/driver';
import { extract, type Headers } from 'tar-stream';
import { refusedStatus } from './engine.ts';
import { type PeerTarget, peerFailed } from './operations.ts';
import { findContainers } from './survey.ts';
import { type TarFile, tarOf } from './tar.ts';

/** How long an archive may take, in milliseconds. */
const COPY_TIMEOUT_MS = 10 * 60_000;

/** @throws {LabError} as CarriesFiles.copyOut */
export async function copyOut(
  target: PeerTarget,
  path: string,
  to: string,
  options: CopyOptions = {},
): Promise<string[]> {
  const id = await containerOf(target);
  const { engine, peer } = target;
  return await freshPath(to, options, async beside => {
    const what = `copy ${path} of ${peer.name}`;
    const copied = engine.call(
      what,
      async () => await unpacked((await engine.docker.getContainer(id).getArchive({ path })) as Readable, beside),
      COPY_TIMEOUT_MS,
    );
    const { leftOut, count } = await copied.catch((error: unknown) => {
      throw refusedStatus(error) === 404 ? noSuchFile(target, path) : error;
    });
    if (count === 0) throw refused(target, `${path} is a link or a device`, 'copy the file that it leads to');
    return leftOut;
  });
}

/** @throws {LabError} as CarriesFiles.copyIn */
export async function copyIn(
  target: PeerTarget,
  from: string,
  path: string,
  { isReplacing = false }: CopyOptions = {},
): Promise<readonly string[]> {
  const id = await containerOf(target);
  const { engine, peer } = target;
  const container = engine.docker.getContainer(id);
  const { Config: config } = await engine.call(`inspect ${peer.name}`, abortSignal =>
    container.inspect({ abortSignal }),
  );
  const [uid = 0, gid = 0] = config.User.split(':').map(Number);
  const { entries, leftOut } = await fileTree(from);
  if (entries.length === 0) throw refused(target, `${from} is a link or a device`, 'copy the file that it leads to');
  if (!isReplacing && (await isThere(target, id, path))) {
    throw new LabError('NAME_TAKEN', `${peer.name} already has ${path}`, {
      advice: 'choose another name, or use --force',
    });
  }
  // Docker refuses a folder that is not there; Podman makes it.
  if (!(await isThere(target, id, posix.dirname(path)))) throw noSuchFile(target, posix.dirname(path));
  const name = posix.basename(path);
  const files = entries.map(({ path: source, place, isFolder, mode }): TarFile => {
    const owner = { uid: uid || 0, gid: gid || uid || 0 };
    return {
      name: posix.join(name, place),
      mode,
      source: isFolder ? 'folder' : { path: source },
      owner,
      mtime: new Date(),
    };
  });
  try {
    await engine.call(
      `copy ${from} to ${peer.name}`,
      async () => await container.putArchive(tarOf(files), { path: posix.dirname(path) }),
      COPY_TIMEOUT_MS,
    );
  } catch (error) {
    if (refusedStatus(error) === 404) throw noSuchFile(target, posix.dirname(path));
    if (!(error instanceof LabError) || !/read-only/.test(error.message)) throw error;
    throw new LabError('NOT_SUPPORTED', `${posix.dirname(path)} of ${peer.name} is read-only`, {
      advice: 'copy into a volume: volumes: [/data] of its kind',
      details: { peer: peer.name, path },
    });
  }
  return leftOut;
}

/** Writes an archive of one file or folder under another name: files and folders alone. */
async function unpacked(
  archive: Readable,
  to: string,
): Promise<{ readonly leftOut: string[]; readonly count: number }> {
  const leftOut: string[] = [];
  let count = 0;
  const files = extract();
  files.on('entry', (header: Headers, content: Readable, next: (error?: Error) => void) => {
    const { type, mode = 0o644 } = header;
    // The first part is the name that was asked for.
    const place = posix.normalize(`/${header.name}`).split('/').slice(2).join('/');
    const path = place === '' ? to : `${to}/${place}`;
    const write = async (): Promise<void> => {
      if (type === 'directory') await mkdir(path, { recursive: true });
      else if (type === 'file') await pipeline(content, createWriteStream(path, { flags: 'wx' }));
      if (type === 'directory' || type === 'file') {
        // Its owner here is to read and remove it.
        await chmod(path, (mode & 0o777) | (type === 'directory' ? 0o700 : 0o600));
        count += 1;
      } else {
        leftOut.push(place);
        content.resume();
      }
    };
    write().then(() => {
      content.resume();
      next();
    }, next);
  });
  await pipeline(archive, files);
  return { leftOut, count };
}

async function isThere({ engine, peer }: PeerTarget, id: string, path: string): Promise<boolean> {
  try {
    await engine.call(`look for ${path} of ${peer.name}`, () => engine.docker.getContainer(id).infoArchive({ path }));
    return true;
  } catch (error) {
    if (refusedStatus(error) === 404) return false;
    throw error;
  }
}

async function containerOf(target: PeerTarget): Promise<string> {
  const [found] = await findContainers(target.engine, { lab: target.lab, index: target.peer.index });
  if (found === undefined) throw peerFailed(target, 'has no container');
  return found.id;
}

function noSuchFile(target: PeerTarget, path: string): LabError {
  return refused(target, `there is no ${path}`, 'paths are those of its container; a tmpfs cannot be copied from');
}

function refused({ lab, peer }: PeerTarget, what: string, advice: string): LabError {
  return new LabError('PEER_REFUSED', `${peer.name} of ${lab}: ${what}`, { advice, details: { lab, peer: peer.name } });
}
