/** A container that the kernel does not freeze at once. */
import { LabError } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { freeze } from './freeze.ts';

const BUSY = 'could not pause n1: OCI runtime pause failed: unable to freeze: unknown';

/** A request that fails with these messages, one after the other, then succeeds. */
function requestFailing(...messages: string[]): { readonly request: () => Promise<void>; readonly made: () => number } {
  let made = 0;
  return {
    request: async () => {
      const message = messages[made++];
      if (message !== undefined) throw new LabError('ENGINE_REFUSED', message);
    },
    made: () => made,
  };
}

test('is asked for again while the kernel refuses', async () => {
  const { request, made } = requestFailing(BUSY, BUSY);
  await freeze(request);
  expect(made()).toBe(3);
});

test('gives up past its bound, with the engine’s reason', async () => {
  const { request, made } = requestFailing(BUSY, BUSY);
  await expect(freeze(request, 0)).rejects.toThrow('unable to freeze');
  expect(made()).toBe(1);
});

test('is not asked for again after another refusal', async () => {
  const { request, made } = requestFailing('could not pause n1: no such container');
  await expect(freeze(request)).rejects.toThrow('no such container');
  expect(made()).toBe(1);
});
