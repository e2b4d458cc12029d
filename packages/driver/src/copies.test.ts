/** A driver from a package may bring a copy of Peerlab of its own: what it throws and offers is understood all the same. */
import { expect, test, vi } from 'vitest';
import { capability, LabError, Lacking } from './index.ts';

test('errors and refusals of another copy are known, and nothing else is', async () => {
  vi.resetModules();
  const other = await import('./index.ts');
  expect(other.LabError).not.toBe(LabError);
  expect(new other.LabError('NAME_TAKEN', 'taken')).toBeInstanceOf(LabError);
  expect(new Error('a defect')).not.toBeInstanceOf(LabError);
  expect({ name: 'LabError' }).not.toBeInstanceOf(LabError);
  const lacking = new other.Lacking('there is no kernel');
  expect(lacking).toBeInstanceOf(Lacking);
  expect({ reason: 'there is no kernel' }).not.toBeInstanceOf(Lacking);
  expect(capability({ name: 'x', driver: 'y', capabilities: { cut: lacking } }, 'cut')).toBe(lacking);
});
