/** Old images of peers: removed when nobody uses them and they have not been made of late. */
import type { Engine } from './engine.ts';
import { LABEL } from './labels.ts';

/** Images younger than this are left: another version of the project may be about to use them. In milliseconds. */
const YOUNG_MS = 24 * 60 * 60 * 1000;

/** The most that one call removes. */
const SWEEP_LIMIT = 8;

/**
 * Removes images that this driver made and no container uses: those that lost their tag to a twin made at the same time,
 * and those older than a day, but none of `keep`, by name and tag. Never throws.
 */
export async function sweepImages(engine: Engine, keep: readonly string[]): Promise<void> {
  try {
    const images = await engine.call('list the images', abortSignal =>
      engine.docker.listImages({ filters: { label: [LABEL.image] }, abortSignal }),
    );
    const oldest = Date.now() - YOUNG_MS;
    const old = images.filter(image => {
      const tags = image.RepoTags ?? [];
      if (tags.some(tag => keep.includes(tag))) return false;
      return tags.every(tag => tag === '<none>:<none>') || image.Created * 1000 < oldest;
    });
    for (const image of old.slice(0, SWEEP_LIMIT)) {
      // Without force: the engine refuses while a container, or an image on top, needs it.
      await engine
        .call('remove an old image', abortSignal => engine.docker.getImage(image.Id).remove({ abortSignal }))
        .catch(() => undefined);
    }
  } catch {
    return;
  }
}
