import { expect, test } from 'vitest';
import { isSameImage } from './bring-images.ts';

const image = (Id: string, layer: string, Cmd: string[]) =>
  ({ Id, RootFS: { Type: 'layers', Layers: [layer] }, Config: { Cmd, Entrypoint: null } }) as unknown as Parameters<
    typeof isSameImage
  >[0];

test('an image that two engines give different ids is the same by its layers and settings, and by nothing less', () => {
  const own = image('sha256:config', 'sha256:a', ['serve']);
  expect(isSameImage(own, image('sha256:manifest', 'sha256:a', ['serve']))).toBe(true);
  expect(isSameImage(own, image('sha256:manifest', 'sha256:b', ['serve']))).toBe(false);
  expect(isSameImage(own, image('sha256:manifest', 'sha256:a', ['other']))).toBe(false);
  const bare = { Id: 'sha256:x' } as Parameters<typeof isSameImage>[0];
  expect(isSameImage(bare, { ...bare, Id: 'sha256:y' })).toBe(false);
});
