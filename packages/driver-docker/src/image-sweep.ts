/**
 * Old images of peers: removed when no container uses them, and when no process has looked for them lately, of whatever
 * machine or version. takeImage in image.ts leaves that trace.
 */
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { LABEL } from './labels.ts';

/** Images that were made or looked for within this time are left: somebody may be about to use them. In milliseconds. */
const YOUNG_MS = 24 * 60 * 60 * 1000;

/** The same for those without a tag, which nobody finds any more: one that is being made has none yet. In milliseconds. */
const YOUNG_UNTAGGED_MS = 60 * 60 * 1000;

/** The most that one call removes. */
const SWEEP_LIMIT = 8;

/**
 * Removes images that this driver made and no container uses: those that lost their tag to a twin made at the same time,
 * and those that nobody has wanted for a day, but none of `keep`, by name and tag. Never throws.
 */
export async function sweepImages(engine: Engine, keep: readonly string[]): Promise<void> {
  try {
    const images = await engine.call('list the images', abortSignal =>
      engine.docker.listImages({ filters: { label: [LABEL.image] }, abortSignal }),
    );
    const old = images.filter(({ RepoTags: tags, Created }) => {
      if (tags?.some(tag => keep.includes(tag))) return false;
      return Created * 1000 < Date.now() - (isUntagged(tags) ? YOUNG_UNTAGGED_MS : YOUNG_MS);
    });
    for (const image of old.slice(0, SWEEP_LIMIT)) {
      if (!isUntagged(image.RepoTags) && (await wantedAtMs(engine, image.Id)) > Date.now() - YOUNG_MS) continue;
      await removeImage(engine, image).catch(() => undefined);
    }
  } catch {
    return;
  }
}

/**
 * Takes its tags away one by one, its own at last, and with that the image goes: by its id, one of several tags goes by force alone.
 * Without force the engine refuses while a container, or an image on top, needs it.
 */
async function removeImage(engine: Engine, { Id, RepoTags: tags = [], Labels }: Dockerode.ImageInfo): Promise<void> {
  const own = `:${Labels?.[LABEL.image] ?? ''}`;
  const names = [...tags].sort((a, b) => Number(a.endsWith(own)) - Number(b.endsWith(own)));
  for (const name of isUntagged(tags) ? [Id] : names) {
    await engine.call('remove an old image', abortSignal => engine.docker.getImage(name).remove({ abortSignal }));
  }
}

function isUntagged(tags: readonly string[] | undefined): boolean {
  return (tags ?? []).every(tag => tag === '<none>:<none>');
}

/** When somebody last wanted it, in milliseconds since 1970; long ago where the engine does not tell. */
async function wantedAtMs(engine: Engine, id: string): Promise<number> {
  const found = await engine.call('inspect an old image', () => engine.docker.getImage(id).inspect());
  // The client's types leave it out.
  const { Metadata } = found as { readonly Metadata?: { readonly LastTagTime?: string } };
  return Date.parse(Metadata?.LastTagTime ?? '') || 0;
}
