/**
 * Which image is the answer to a list of packages, so that apt need not be asked again, which takes it seconds. A second tag of
 * the image says so: of which packages, and of which state of apt. It is where the image is, and goes with it.
 */

import { LabError } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { type Engine, tolerate } from '../engine.ts';
import { hashOf, takeImage } from '../image.ts';
import { LABEL } from '../labels.ts';
import { aptState } from './apt-state.ts';

/** The repository of the images that are made of packages. */
export const REPOSITORY = 'peerlab/packages';

/** Changes whenever the same packages make another image. */
export const RECIPE = '1';

/** The tag of the answer, as apt is now; undefined where there is no apt, or its state is unknown. */
export async function knownTag(packages: readonly string[]): Promise<string | undefined> {
  const state = await aptState();
  return state === undefined ? undefined : `of-${hashOf(...packages)}-${hashOf(RECIPE, state)}`;
}

/** The image that has the tag, by its own one: the other goes when apt's lists change. */
export async function knownImage(engine: Engine, known: string): Promise<string | undefined> {
  const tag = (await inspected(engine, `${REPOSITORY}:${known}`))?.Config.Labels?.[LABEL.image];
  if (tag === undefined) return undefined;
  const reference = `${REPOSITORY}:${tag}`;
  return (await takeImage(engine, reference)) ? reference : undefined;
}

/** Gives the image that tag, in place of those of earlier states of apt. Where the engine refuses, the next `up` asks apt again. */
export async function noteKnown(engine: Engine, reference: string, known: string): Promise<void> {
  try {
    await engine.call(`tag the image ${reference}`, abortSignal =>
      engine.docker.getImage(reference).tag({ repo: REPOSITORY, tag: known, abortSignal }),
    );
    const samePackages = `${REPOSITORY}:${known.slice(0, known.lastIndexOf('-') + 1)}`;
    const tags = (await inspected(engine, reference))?.RepoTags ?? [];
    for (const old of tags.filter(tag => tag.startsWith(samePackages) && tag !== `${REPOSITORY}:${known}`)) {
      await engine.call(`untag ${old}`, abortSignal => engine.docker.getImage(old).remove({ abortSignal }));
    }
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'ENGINE_REFUSED') throw error;
  }
}

async function inspected(engine: Engine, reference: string): Promise<Dockerode.ImageInspectInfo | undefined> {
  return await tolerate(
    [404],
    engine.call(`look for the image ${reference}`, () => engine.docker.getImage(reference).inspect()),
  );
}
