/** Which images are swept, of an engine that several machines and versions use. */
import { expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { sweepImages } from './image-sweep.ts';
import { LABEL } from './labels.ts';

const HOUR_MS = 60 * 60 * 1000;

interface Image {
  readonly id: string;
  readonly tag?: string;
  /** A tag beside its own. */
  readonly other?: string;
  readonly madeHoursAgo: number;
  readonly wantedHoursAgo?: number;
}

/** An engine that has these images, and what it was told to remove. */
function engineWith(images: readonly Image[]): { readonly engine: Engine; readonly removed: string[] } {
  const removed: string[] = [];
  const listed = images.map(({ id, tag, other, madeHoursAgo }) => ({
    Id: id,
    RepoTags: [tag ?? '<none>:<none>', ...(other === undefined ? [] : [other])],
    Labels: { [LABEL.image]: tag?.split(':')[1] ?? '' },
    Created: (Date.now() - madeHoursAgo * HOUR_MS) / 1000,
  }));
  const inspected = (wanted: string): object => {
    const hoursAgo = images.find(({ id }) => id === wanted)?.wantedHoursAgo;
    const time =
      hoursAgo === undefined ? '0001-01-01T00:00:00Z' : new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();
    return { Id: wanted, Metadata: { LastTagTime: time } };
  };
  const docker = {
    listImages: async () => listed,
    getImage: (id: string) => ({ inspect: async () => inspected(id), remove: async () => void removed.push(id) }),
  };
  const engine = {
    docker,
    where: 'here',
    local: true,
    call: (_: string, request: (signal: AbortSignal) => unknown) => request(new AbortController().signal),
  };
  return { engine: engine as unknown as Engine, removed };
}

test('an image is swept when nobody has made or wanted it for a day; without a tag, when it was made an hour ago', async () => {
  const { engine, removed } = engineWith([
    { id: 'old', tag: 'peerlab/node:a', madeHoursAgo: 48, wantedHoursAgo: 30 },
    { id: 'old, of an engine that does not tell', tag: 'peerlab/node:b', madeHoursAgo: 48 },
    { id: 'old, and wanted by another machine', tag: 'peerlab/node:c', madeHoursAgo: 48, wantedHoursAgo: 1 },
    { id: 'old, and mine', tag: 'peerlab/node:d', madeHoursAgo: 48 },
    { id: 'young', tag: 'peerlab/node:e', madeHoursAgo: 1 },
    { id: 'replaced', madeHoursAgo: 2 },
    { id: 'being made', madeHoursAgo: 0 },
  ]);
  await sweepImages(engine, ['peerlab/node:d']);
  expect(removed).toEqual(['peerlab/node:a', 'peerlab/node:b', 'replaced']);
});

test('an image of several tags loses them all, its own at last', async () => {
  const { engine, removed } = engineWith([
    { id: 'old', tag: 'peerlab/packages:a', other: 'peerlab/packages:of-b', madeHoursAgo: 48 },
  ]);
  await sweepImages(engine, []);
  expect(removed).toEqual(['peerlab/packages:of-b', 'peerlab/packages:a']);
});
