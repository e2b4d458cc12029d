/**
 * The volumes of a lab's peers: named, so that they outlive a container that the engine removes by itself, and labelled, so that
 * they go with the lab. A new one belongs to the peer's user, and holds the files that its kind writes.
 */
import type { PeerTemplates, PlannedPeer } from '@peerlab/driver';
import { userOf } from './container-spec.ts';
import { type Engine, tolerate } from './engine.ts';
import { LABEL, type Labels, type LabFacts, ownerLabels, peerLabels, readLabFacts } from './labels.ts';
import { volumeName } from './names.ts';
import { type TarFile, tarOf } from './tar.ts';

/** What an engine answers that has no volumes, or does not let its users have any. */
const NO_VOLUMES: readonly number[] = [403, 404, 405, 501];

/** Where a helper sees the volumes: one folder each. */
const FOLDER = 'peerlab';

/** A volume of a lab. */
export interface FoundVolume {
  /** The engine that has it. */
  readonly engine: Engine;
  readonly name: string;
  readonly facts: LabFacts;
}

/** What {@link ensureVolumes} needs. */
export interface VolumesWish {
  readonly lab: string;
  readonly facts: LabFacts;
  readonly peers: readonly PlannedPeer[];
  readonly templates: PeerTemplates;
  /** An image that is there; nothing of it runs. */
  readonly image: string;
}

/**
 * Makes the volumes that are not there yet; those that are keep what they hold.
 * @throws {LabError} `CANNOT_CARRY` for a file in no volume; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function ensureVolumes(
  engine: Engine,
  { lab, facts, peers, templates, image }: VolumesWish,
): Promise<void> {
  const there = new Set((await findVolumes(engine, { lab })).map(({ name }) => name));
  const missing = peers.flatMap(peer =>
    (peer.needs?.volumes ?? []).map((path, place) => ({ peer, path, place, name: volumeName(lab, peer.name, place) })),
  );
  const made = missing.filter(({ name }) => !there.has(name));
  if (made.length === 0) return;
  const contents = made.map(volume => ({ ...volume, entries: entriesOf(volume, templates) }));
  for (const { name, peer, path } of contents) {
    // The client's types leave the labels out of the answer, and the signal out of the request: the call bounds it.
    await engine.call(`create the volume ${name}`, () =>
      engine.docker.createVolume({ Name: name, Labels: { ...peerLabels(facts, peer), [LABEL.volume]: path } }),
    );
  }
  await fillVolumes(engine, image, contents);
}

interface NewVolume {
  readonly name: string;
  readonly entries: readonly TarFile[];
}

/** The volume's folder, and what is in it, below `peerlab/NAME`. */
function entriesOf(
  { peer, place, name }: { readonly peer: PlannedPeer; readonly place: number; readonly name: string },
  templates: PeerTemplates,
): readonly TarFile[] {
  const [uid = 0, gid = 0] = userOf(peer.needs ?? {})
    .split(':')
    .map(Number);
  const owner = { uid, gid };
  const files = templates.files(peer).filter(({ volume }) => volume === place);
  const folders = new Set(['', ...files.flatMap(({ path }) => foldersAbove(path))]);
  return [
    ...[...folders].map((folder): TarFile => {
      return { name: `${FOLDER}/${name}/${folder}`, mode: 0o755, source: 'folder', owner };
    }),
    ...files.map(({ path, content }): TarFile => {
      return { name: `${FOLDER}/${name}/${path}`, mode: 0o644, source: { text: content }, owner };
    }),
  ];
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersAbove(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, i) => steps.slice(0, i + 1).join('/'));
}

/** By a container that is never started: an engine unpacks an archive into its volumes, with owners, whatever its image. */
async function fillVolumes(engine: Engine, image: string, volumes: readonly NewVolume[]): Promise<void> {
  const { id } = await engine.call('create the helper for volumes', abortSignal =>
    engine.docker.createContainer({
      Image: image,
      Cmd: ['never-started'],
      Labels: { [LABEL.helper]: 'volumes', ...ownerLabels() },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: volumes.map(({ name }) => ({
          Type: 'volume' as const,
          Source: name,
          Target: `/${FOLDER}/${name}`,
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
        })),
      },
      abortSignal,
    }),
  );
  const container = engine.docker.getContainer(id);
  try {
    await engine.call('fill the volumes', async abortSignal => {
      await container.putArchive(tarOf(volumes.flatMap(({ entries }) => entries)), { path: '/', abortSignal });
    });
  } finally {
    await tolerate(
      [404, 409],
      engine.call('remove a helper', () => container.remove({ force: true })),
    );
  }
}

/** The labels to ask for: those of one lab, or of every lab. */
export interface VolumeSelection {
  readonly lab?: string;
  readonly run?: string;
}

/** The volumes that match; none where the engine has no volumes. */
export async function findVolumes(engine: Engine, { lab, run }: VolumeSelection): Promise<readonly FoundVolume[]> {
  const label = [
    LABEL.volume,
    ...(lab === undefined ? [] : [`${LABEL.lab}=${lab}`]),
    ...(run === undefined ? [] : [`${LABEL.run}=${run}`]),
  ];
  // The client's types leave the signal out: the call bounds it.
  const listed = await tolerate(
    NO_VOLUMES,
    engine.call('list the volumes', () => engine.docker.listVolumes({ filters: { label } })),
  );
  return (listed?.Volumes ?? []).flatMap(({ Name: name, Labels }): FoundVolume[] => {
    const facts = readLabFacts(Labels as Labels | undefined);
    return facts === undefined ? [] : [{ engine, name, facts }];
  });
}

/** Removes a volume; one that is gone already is no error. */
export async function removeVolume(engine: Engine, name: string): Promise<void> {
  await tolerate(
    [404],
    engine.call(`remove the volume ${name}`, () => engine.docker.getVolume(name).remove()),
  );
}
