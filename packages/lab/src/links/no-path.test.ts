/** What is said of a message that could not get there: which drawn link, or peer, is in the way. */
import { line, MemoryDriver, topologyOf } from '@peerlab/driver-memory';
import { expect, test } from 'vitest';
import type { Lab } from '../lab.ts';
import { bringUp } from '../life/bring-up.ts';
import { noPathText } from './no-path.ts';

async function text(work: (lab: Lab) => Promise<unknown>, cause?: string): Promise<string> {
  const { lab } = await bringUp(line(4), new MemoryDriver(), { ephemeral: true, checks: [] });
  await work(lab);
  return noPathText(lab.contextFor({}), 0, 3, () => cause);
}

test('a peer that does not run, and one that is paused or off the network', async () => {
  expect(await text(async lab => await lab.kill('n2'))).toBe('there is no path: n2 does not run');
  expect(await text(async lab => await lab.pause('n1'))).toBe('there is no path: n1 is paused');
  expect(await text(async lab => await lab.isolate('n3'))).toContain('there is no path: n3 is disconnected');
});

test('what the caller knows of the link', async () => {
  const told = await text(async lab => await lab.kill('n2'), '"killed n2", line 7');
  expect(told).toBe('there is no path: the link n1-n2 is down because of "killed n2", line 7');
});

test('a topology that draws none', async () => {
  const { lab } = await bringUp(topologyOf(3, [[0, 1]]), new MemoryDriver(), { ephemeral: true, checks: [] });
  expect(noPathText(lab.contextFor({}), 0, 2)).toBe('there is no path: the topology draws none');
});
