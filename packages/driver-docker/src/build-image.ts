/** Makes the peers' image without a lab: for Docker Compose, or to have it in advance. */
import { createEngine } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { ensureImage, type PeerImage } from './image.ts';
import { type DockerDriverOptions, withDefaults } from './options.ts';

/** A name that always means the image that was made last, and that no sweep of old images touches. */
const STANDING = { repo: 'peerlab/compose', tag: 'latest' };

/**
 * Sees to it that the image is there, in the engine that the environment names, and names it `peerlab/compose:latest`
 * too.
 * @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`, `CANNOT_CARRY`
 */
export async function buildPeerImage(options: DockerDriverOptions): Promise<PeerImage> {
  const settings = withDefaults(options);
  const { connectEngine } = await import('./connect.ts');
  const engine = createEngine(connectEngine(), settings.requestTimeoutMs);
  const image = await ensureImage(engine, settings, await engineFacts(engine));
  await engine.call('name the image', () => engine.docker.getImage(image.reference).tag(STANDING));
  return { ...image, reference: `${STANDING.repo}:${STANDING.tag}` };
}
