/** Images on their way from the engine that has them to others that need them: saved there and loaded here, without a registry. */
import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type Dockerode from 'dockerode';
import { finishBuild } from './build-stream.ts';
import { type Engine, tolerate } from './engine.ts';
import { takeImage } from './image.ts';
import { inParallel } from './parallel.ts';

/** How long an image may travel, in milliseconds: gigabytes over a slow line. */
const TRAVEL_TIMEOUT_MS = 15 * 60_000;

/** Names of images that follow from their content: one of that name is the same everywhere. */
const NAMED_BY_CONTENT = /^peerlab\//;

/** Images, and where they are needed. */
export interface ImageJourney {
  /** The engine that has them all. */
  readonly from: Engine;
  /** References by the engine that needs them. */
  readonly needed: ReadonlyMap<Engine, ReadonlySet<string>>;
  readonly signal: AbortSignal;
  /** Called before an image is sent. */
  readonly onSend: (reference: string, to: Engine) => void;
}

/**
 * Brings images to the engines that lack them; to different engines at once.
 * @returns how many were sent
 * @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`; the signal's reason
 */
export async function bringImages({ from, needed, signal, onSend }: ImageJourney): Promise<number> {
  let sent = 0;
  const targets = [...needed].filter(([engine]) => engine !== from);
  await inParallel(targets, { limit: targets.length, signal }, async ([to, references]) => {
    for (const reference of references) {
      signal.throwIfAborted();
      if (await isThere(from, to, reference)) continue;
      onSend(reference, to);
      await send(from, to, reference);
      sent += 1;
    }
  });
  return sent;
}

async function isThere(from: Engine, to: Engine, reference: string): Promise<boolean> {
  if (NAMED_BY_CONTENT.test(reference)) return await takeImage(to, reference);
  const [own, other] = await Promise.all([inspect(from, reference), inspect(to, reference)]);
  return own !== undefined && other !== undefined && isSameImage(own, other);
}

/** What is compared of an image, as an engine shows it. */
type ImageFacts = Pick<Dockerode.ImageInspectInfo, 'Id' | 'RootFS' | 'Config'>;

/**
 * Whether two engines mean the same image. One that keeps images with containerd (the default since Docker 29) gives it another id than
 * one that does not: then its layers and its settings tell.
 */
export function isSameImage(a: ImageFacts, b: ImageFacts): boolean {
  if (a.Id === b.Id) return true;
  const essence = ({ RootFS, Config }: ImageFacts) => {
    const { Cmd, Entrypoint, Env, User, WorkingDir } = Config ?? {};
    return [RootFS?.Layers, Cmd ?? null, Entrypoint ?? null, Env ?? [], User ?? '', WorkingDir ?? ''];
  };
  return (a.RootFS?.Layers?.length ?? 0) > 0 && isDeepStrictEqual(essence(a), essence(b));
}

async function inspect(engine: Engine, reference: string): Promise<ImageFacts | undefined> {
  return await tolerate(
    [404],
    engine.call(`look for the image ${reference}`, () => engine.docker.getImage(reference).inspect()),
  );
}

async function send(from: Engine, to: Engine, reference: string): Promise<void> {
  await to.call(
    `load the image ${reference} from engine ${from.name}`,
    async abortSignal => {
      const archive = (await from.docker.getImage(reference).get()) as Readable;
      abortSignal.addEventListener('abort', () => archive.destroy(), { once: true });
      await finishBuild(await to.docker.loadImage(archive));
    },
    TRAVEL_TIMEOUT_MS,
  );
}
