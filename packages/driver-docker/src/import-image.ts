/** Making an image of an archive of files, the same way for every engine. */
import { finishBuild } from './build-stream.ts';
import type { Engine } from './engine.ts';

/** An image to be made. */
export interface ImageImport {
  /** Name and tag. */
  readonly reference: string;
  readonly archive: NodeJS.ReadableStream;
  /** Instructions of a Dockerfile: `ENV PATH=/bin`. */
  readonly changes: readonly string[];
  /** @default the engine's */
  readonly timeoutMs?: number;
}

/** Makes the image. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function importImage(
  engine: Engine,
  { reference, archive, changes, timeoutMs }: ImageImport,
): Promise<void> {
  await engine.call(
    `import the image ${reference}`,
    async abortSignal => {
      // Whole in `repo`: Podman ignores `tag`.
      const options = { repo: reference, changes: [...changes], abortSignal };
      await finishBuild(await engine.docker.importImage(archive, options));
    },
    timeoutMs,
  );
}
