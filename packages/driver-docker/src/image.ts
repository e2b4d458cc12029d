/**
 * The peers' image: found by the hash of its content, made where it is missing. From the host's Node runtime without a
 * registry, or by packages/node/Dockerfile. program-image.ts adds a user's program to it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from '@peerlab/driver';
import { finishBuild } from './build-stream.ts';
import { type Engine, tolerate } from './engine.ts';
import type { EngineFacts } from './engine-facts.ts';
import { engineArchitecture, type HostRuntime, hostRuntime, NODE_IN_IMAGE, NODE_LIBRARIES } from './host-runtime.ts';
import { importImage } from './import-image.ts';
import { LABEL } from './labels.ts';
import type { DockerSettings } from './options.ts';
import { type TarFile, tarOf } from './tar.ts';

/**
 * Measured on two cores: one worker thread for V8 in place of four saves 3 threads per peer and starts a peer in 57 ms, not
 * 60. Flags that change how V8 compiles or sizes its heap make it discard Node's built-in code cache: 67 to 72 ms.
 */
const NODE_FLAGS: readonly string[] = ['--v8-pool-size=1'];

/** The repository of the images that are made here. */
export const IMAGE_REPOSITORY = 'peerlab/node';

/** Numeric, so that it needs no user database; the number that distroless images use for "nonroot". */
export const PEER_USER = '65532:65532';

/** An image that is there. */
export interface PeerImage {
  /** Name and tag. */
  readonly reference: string;
  /** The closing line of the step: `peerlab/node 3f9c… (built in 1.4 s from the host's Node runtime)`. */
  readonly summary: string;
}

/** How an image is made: worked out before anything is sent. */
export interface ImageRecipe {
  /** The tag: the first 12 digits of the SHA-256 of all that goes in. */
  readonly tag: string;
  readonly files: readonly TarFile[];
  /** Instructions for `docker import`; undefined where the files are a build context with a Dockerfile. */
  readonly changes: readonly string[] | undefined;
  /** Completes "built … from …". */
  readonly origin: string;
}

/**
 * Sees to it that the image is there. Two at once are harmless: both make the same, and the tag moves to the later.
 * @throws {LabError} `ENGINE_REFUSED` when it cannot be made; `ENGINE_UNREACHABLE`.
 */
export async function ensureImage(engine: Engine, settings: DockerSettings, facts: EngineFacts): Promise<PeerImage> {
  if (isReference(settings.image)) return useAsIs(engine, settings.image);
  const recipe = imageRecipe(settings, facts);
  const reference = `${IMAGE_REPOSITORY}:${recipe.tag}`;
  const shown = `${IMAGE_REPOSITORY} ${recipe.tag}`;
  if (await takeImage(engine, reference)) return { reference, summary: `${shown} (already present)` };
  const began = performance.now();
  await (recipe.changes === undefined
    ? build(engine, reference, recipe)
    : load(engine, reference, recipe, recipe.changes));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return { reference, summary: `${shown} (built in ${seconds} s from ${recipe.origin})` };
}

/** Whether the image that the next lab needs is there, as a clause. Makes nothing. */
export async function imageThere(engine: Engine, settings: DockerSettings, facts: EngineFacts): Promise<string> {
  if (isReference(settings.image)) {
    return `${settings.image}, ${(await hasImage(engine, settings.image)) ? 'already present' : 'missing'}`;
  }
  const { tag, origin } = imageRecipe(settings, facts);
  const isThere = await hasImage(engine, `${IMAGE_REPOSITORY}:${tag}`);
  return `${IMAGE_REPOSITORY} ${tag}, ${isThere ? 'already present' : `will be built from ${origin}`}`;
}

/**
 * Works out what the image is made of.
 * @throws {LabError} `CANNOT_CARRY` when the bundle is missing, or when `host-runtime` is asked for where it cannot run.
 */
export function imageRecipe(
  settings: DockerSettings,
  facts: EngineFacts,
  runtime: HostRuntime | undefined = hostRuntime(),
): ImageRecipe {
  const bundle = readBundle(settings.peerBundle);
  const fits = facts.osType === 'linux' && engineArchitecture()?.includes(facts.architecture) === true;
  if (settings.image === 'host-runtime' && !(fits && runtime !== undefined)) {
    throw new LabError(
      'CANNOT_CARRY',
      `the Node runtime of this machine (${process.platform}/${process.arch}) cannot run in the engine (${facts.osType}/${facts.architecture})`,
      { advice: 'unset PEERLAB_IMAGE, or set it to "dockerfile"' },
    );
  }
  if (settings.image !== 'dockerfile' && fits && runtime !== undefined) return runtimeRecipe(settings, bundle, runtime);
  return dockerfileRecipe(settings, bundle);
}

function runtimeRecipe(settings: DockerSettings, bundle: string, runtime: HostRuntime): ImageRecipe {
  const files: readonly TarFile[] = [
    ...runtime.files,
    { name: 'peer.mjs', mode: 0o444, source: { text: bundle } },
    { name: 'etc/passwd', mode: 0o444, source: { text: `peer:x:${PEER_USER}:peer:/:/nonexistent\n` } },
    { name: 'etc/group', mode: 0o444, source: { text: 'peer:x:65532:\n' } },
  ];
  const changes = [
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    `ENV LD_LIBRARY_PATH=${NODE_LIBRARIES}`,
    `USER ${PEER_USER}`,
    'WORKDIR /',
    `ENTRYPOINT ${JSON.stringify([NODE_IN_IMAGE, ...NODE_FLAGS, '/peer.mjs'])}`,
  ];
  const tag = hashOf(process.version, process.arch, runtime.fingerprint, ...changes, bundle);
  return {
    tag,
    files,
    changes: [...changes, ...labels(tag, settings.version)],
    origin: `the host's Node runtime ${process.version}`,
  };
}

function dockerfileRecipe(settings: DockerSettings, bundle: string): ImageRecipe {
  const path = settings.dockerfile ?? join(dirname(settings.peerBundle), '..', 'Dockerfile');
  const text = readFileSync(path, 'utf8');
  const tag = hashOf(text, bundle);
  return {
    tag,
    files: [
      { name: 'Dockerfile', mode: 0o444, source: { text: `${text}\n${labels(tag, settings.version).join('\n')}\n` } },
      { name: 'dist/peer.mjs', mode: 0o444, source: { text: bundle } },
    ],
    changes: undefined,
    origin: 'its Dockerfile',
  };
}

/** True when the setting names an image, and not a way to make one. */
function isReference(image: string): boolean {
  return !['auto', 'host-runtime', 'dockerfile'].includes(image);
}

async function useAsIs(engine: Engine, reference: string): Promise<PeerImage> {
  if (await hasImage(engine, reference)) return { reference, summary: `${reference} (already present)` };
  throw new LabError('CANNOT_CARRY', `the image ${reference} (PEERLAB_IMAGE) is not in the engine at ${engine.where}`, {
    advice: `docker pull ${reference}, or unset PEERLAB_IMAGE`,
  });
}

/** True when the engine has an image of that name. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  const found = await tolerate(
    [404],
    engine.call(`look for the image ${reference}`, () => engine.docker.getImage(reference).inspect()),
  );
  return found !== undefined;
}

/**
 * True when the engine has an image of that name, which was made here. It gets its tag anew: engines note when, and nobody
 * sweeps an image that somebody is about to use.
 */
export async function takeImage(engine: Engine, reference: string): Promise<boolean> {
  const at = reference.lastIndexOf(':');
  const [repo, tag] = [reference.slice(0, at), reference.slice(at + 1)];
  const taken = engine.call(`look for the image ${reference}`, async abortSignal => {
    await engine.docker.getImage(reference).tag({ repo, tag, abortSignal });
    return true;
  });
  return (await tolerate([404], taken)) === true;
}

async function load(engine: Engine, reference: string, recipe: ImageRecipe, changes: readonly string[]): Promise<void> {
  await importImage(engine, { reference, archive: tarOf(recipe.files), changes });
}

async function build(engine: Engine, reference: string, recipe: ImageRecipe): Promise<void> {
  await engine.call(`build the image ${reference}`, async abortSignal => {
    const context = tarOf(recipe.files);
    const stream = await engine.docker.buildImage(context, { t: reference, rm: true, forcerm: true, abortSignal });
    await finishBuild(stream);
  });
}

function labels(tag: string, version: string): readonly string[] {
  return [`LABEL ${LABEL.image}=${tag}`, `LABEL ${LABEL.version}=${version}`];
}

/** The first 12 hexadecimal digits of the SHA-256 of the parts. */
export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 12);
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new LabError('CANNOT_CARRY', `the peer's program ${path} cannot be read`, {
      advice: 'build it with npm run build',
      cause,
    });
  }
}
