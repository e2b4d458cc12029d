/**
 * The image of a kind: named, built from a folder with a Dockerfile, made from Debian packages, or from a program of this machine on
 * top of the peers' image, without a registry. `files:` of the kind are put on top of each.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlannedKind } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { v4 as uuid } from 'uuid';
import { finishBuild } from './build-stream.ts';
import { mergedPath } from './debian/merged-root.ts';
import { ensurePackageImage } from './debian/package-image.ts';
import { elfObjects, placeOfObject } from './elf-objects.ts';
import type { Engine } from './engine.ts';
import type { EngineFacts } from './engine-facts.ts';
import { hostProgram, type PlacedFile, PROGRAM_LIBRARIES, WORK_FOLDER } from './host-program.ts';
import { ensureImage, hashOf, hasImage, takeImage } from './image.ts';
import { fingerprint, kindFiles, tarFile } from './kind-files.ts';
import { LABEL } from './labels.ts';
import type { DockerSettings } from './options.ts';
import type { ProgramInImage } from './program-image.ts';
import { type TarFile, tarOf } from './tar.ts';

/** The repository of the images that are made of kinds. */
const KIND_REPOSITORY = 'peerlab/kind';

/** How long a build may take, in milliseconds: it may compile, or fetch a base image. */
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** What a container of the kind is made from; the image's own entry point where it says none. */
export type KindInImage = Pick<ProgramInImage, 'reference'> & Partial<ProgramInImage>;

/**
 * Sees to it that the image of a kind is there.
 * @throws {LabError} `CANNOT_CARRY` for an image, a folder or a program that is not there, or cannot run in this engine;
 *   `ENGINE_REFUSED` when it cannot be built; `ENGINE_UNREACHABLE`
 */
export async function ensureKindImage(
  engine: Engine,
  settings: DockerSettings,
  facts: EngineFacts,
  kind: PlannedKind,
): Promise<KindInImage> {
  const words = kind.program?.run ?? kind.entrypoint;
  const entrypoint = words === undefined ? {} : { entrypoint: words };
  if (kind.build !== undefined) {
    return { reference: await withFiles(engine, kind, await built(engine, kind, kind.build)), ...entrypoint };
  }
  if (kind.image !== undefined) {
    if (!(await hasImage(engine, kind.image))) throw notThere(engine, kind);
    return { reference: await withFiles(engine, kind, kind.image), ...entrypoint };
  }
  if (kind.packages !== undefined) {
    const entry = words ?? kind.command;
    const reference = await withFiles(engine, kind, await ensurePackageImage(engine, facts, kind), 'like this machine');
    return { reference, ...(entry === undefined ? {} : { entrypoint: entry }) };
  }
  return await fromThisMachine(engine, settings, facts, kind);
}

function notThere({ where }: Engine, { name, image }: PlannedKind): LabError {
  return new LabError('CANNOT_CARRY', `the image ${image} of the kind ${name} is not in the engine at ${where}`, {
    advice: `docker pull ${image}, or give the kind a build: folder`,
    details: { kind: name, image },
  });
}

/**
 * Built every time: the engine knows best what has changed, and keeps every step that has not. Its name follows from its content:
 * another machine may have another folder of that path.
 */
async function built(
  engine: Engine,
  { name, folder }: PlannedKind,
  { context, dockerfile = 'Dockerfile' }: NonNullable<PlannedKind['build']>,
): Promise<string> {
  const path = resolve(folder, context);
  const entries = entriesOf(path, name);
  const beside = `${KIND_REPOSITORY}:${name}-building-${uuid().slice(0, 8)}`;
  await engine.call(
    `build the image of the kind ${name}`,
    async abortSignal => {
      const options = {
        t: beside,
        dockerfile,
        labels: { [LABEL.image]: `${name}-${hashOf(path, dockerfile)}` },
        rm: true,
        forcerm: true,
        abortSignal,
      };
      await finishBuild(await engine.docker.buildImage({ context: path, src: entries }, options));
    },
    BUILD_TIMEOUT_MS,
  );
  return await engine.call(`name the image of the kind ${name}`, async abortSignal => {
    const image = engine.docker.getImage(beside);
    const tag = `${name}-${(await image.inspect()).Id.replace(/^sha256:/, '').slice(0, 12)}`;
    await image.tag({ repo: KIND_REPOSITORY, tag, abortSignal });
    await image.remove({ noprune: true, abortSignal });
    return `${KIND_REPOSITORY}:${tag}`;
  });
}

function entriesOf(path: string, kind: string): string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    throw new LabError('CANNOT_CARRY', `the kind ${kind}: the folder ${path} cannot be read`, {
      advice: 'build: names a folder with a Dockerfile, relative to the topology file',
      details: { kind, path },
      cause,
    });
  }
}

/** @param like whether programs of this machine find the libraries there that they are linked with: only then theirs come along */
async function withFiles(
  engine: Engine,
  kind: PlannedKind,
  base: string,
  like: 'like this machine' | 'unlike' = 'unlike',
): Promise<string> {
  const own = kindFiles(kind);
  if (own.length === 0) return base;
  const objects = like === 'like this machine' ? objectsOf(own).map(inMergedRoot) : [];
  const files = [...own, ...objects];
  const { Id: id } = await engine.call(`inspect the image ${base}`, () => engine.docker.getImage(base).inspect());
  return await layer(engine, kind, {
    instructions: [`FROM ${base}`, ...(objects.length > 0 ? [`ENV LD_LIBRARY_PATH=${PROGRAM_LIBRARIES}`] : [])],
    // A name may come to mean another image: the id tells.
    key: [id, fingerprint(files)],
    files: files.map(file => tarFile(file, file.target.startsWith('/') ? 'root' : 'work')),
  });
}

async function fromThisMachine(
  engine: Engine,
  settings: DockerSettings,
  facts: EngineFacts,
  kind: PlannedKind,
): Promise<KindInImage> {
  const base = await ensureImage(engine, { ...settings, image: 'host-runtime' }, facts).catch((cause: unknown) => {
    if (!(cause instanceof LabError && cause.code === 'CANNOT_CARRY')) throw cause;
    const message = `the kind ${kind.name} is a command of this machine (${process.platform}/${process.arch}), which cannot run in the engine (${facts.osType}/${facts.architecture})`;
    throw new LabError('CANNOT_CARRY', message, { advice: 'give the kind image: or build:', cause });
  });
  const { entrypoint, files, hasLibraries } = hostProgram(kind.program?.run ?? kind.command ?? [], kind.folder);
  const beside = kindFiles(kind).map(file => ({ ...file, target: resolve(WORK_FOLDER, file.target) }));
  const objects = objectsOf(beside).filter(({ target }) => !files.some(file => file.target === target));
  const all = [...files, ...beside, ...objects];
  // The program's own come first: another build of it may need others of the same name than Node does.
  const libraries =
    hasLibraries || objects.length > 0 ? [`ENV LD_LIBRARY_PATH=${PROGRAM_LIBRARIES}:$LD_LIBRARY_PATH`] : [];
  const instructions = [`FROM ${base.reference}`, ...libraries, `WORKDIR ${WORK_FOLDER}`];
  const reference = await layer(engine, kind, {
    instructions,
    key: [fingerprint(all)],
    files: all.map(file => tarFile(file, 'root')),
  });
  return { reference, entrypoint };
}

/** The loaders and shared objects of the programs among some files. */
function objectsOf(files: readonly PlacedFile[]): readonly PlacedFile[] {
  const objects = files.flatMap(({ path }) => elfObjects(path));
  const placed = objects.map(object => ({
    path: realpathSync(object.path),
    target: placeOfObject(object, PROGRAM_LIBRARIES),
  }));
  return [...new Map(placed.map(file => [file.target, file])).values()];
}

/** The loader's folder is a link into /usr there. */
function inMergedRoot({ path, target }: PlacedFile): PlacedFile {
  return { path, target: `/${mergedPath(target) ?? target.slice(1)}` };
}

interface Layer {
  readonly instructions: readonly string[];
  /** What the image is made from, beside the instructions. */
  readonly key: readonly string[];
  /** Under `root/`, what has an absolute place; under `work/`, what belongs into the working directory. */
  readonly files: readonly TarFile[];
}

async function layer(engine: Engine, { name }: PlannedKind, { instructions, key, files }: Layer): Promise<string> {
  const tag = `${name}-${hashOf(...instructions, ...key)}`;
  const reference = `${KIND_REPOSITORY}:${tag}`;
  if (await takeImage(engine, reference)) return reference;
  const copies = [
    ...(files.some(file => file.name.startsWith('root/')) ? ['COPY root/ /'] : []),
    ...(files.some(file => file.name.startsWith('work/')) ? ['COPY work/ ./'] : []),
  ];
  const text = `${[...instructions, ...copies, `LABEL ${LABEL.image}=${tag}`].join('\n')}\n`;
  const context: readonly TarFile[] = [{ name: 'Dockerfile', mode: 0o444, source: { text } }, ...files];
  await engine.call(
    `build the image ${reference}`,
    async abortSignal => {
      const options = { t: reference, rm: true, forcerm: true, abortSignal };
      await finishBuild(await engine.docker.buildImage(tarOf(context), options));
    },
    BUILD_TIMEOUT_MS,
  );
  return reference;
}
