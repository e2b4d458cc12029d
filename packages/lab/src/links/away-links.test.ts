/** Links whose other end is away: told with its name and why it is away, in whichever process, and never as a stranger's. */
import { MemoryDriver, type MemoryLab, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { Lab } from '../lab.ts';
import { bringUp } from '../life/bring-up.ts';

/** The links of a ring of five after something was done to n2, as another command sees them. */
async function linksAfter(does: (lab: Lab) => Promise<unknown>, program?: string) {
  const programs = program === undefined ? {} : { n2: [program] };
  const { lab } = await bringUp(ring(5), new MemoryDriver(), { checks: [], programs });
  await does(lab);
  const other = await Lab.attach(lab.running as MemoryLab, { isNew: false });
  const [check] = await other.verify({ checks: ['links'] });
  return { ...(await other.links()), check };
}

describe.each([
  ['with the planned ids', undefined],
  ['with an id of its own', 'incognito'],
])('a peer %s', (_, program) => {
  test('that is paused keeps its neighbours links, which are cut on purpose', async () => {
    const { up, faults, check } = await linksAfter(async lab => await lab.pause('n2'), program);
    expect(up).toBe(3);
    expect(faults.map(({ a, b, fault, detail }) => [a, b, fault, detail])).toEqual([
      ['n1', 'n2', 'cut', 'n1 still has its link to n2: n2 is paused'],
      ['n2', 'n3', 'cut', 'n3 still has its link to n2: n2 is paused'],
    ]);
    expect(check).toMatchObject({ verdict: 'failed', observed: '3 of 5; 2 faults' });
  });

  test('that is off the network has no link that counts, though both ends still have it', async () => {
    const { up, faults, check } = await linksAfter(async lab => await lab.isolate('n2'), program);
    expect(up).toBe(3);
    expect(faults.map(({ fault, detail }) => [fault, detail])).toEqual([
      ['cut', 'n1 still has its link to n2: n2 is disconnected from the network'],
      ['cut', 'n3 still has its link to n2: n2 is disconnected from the network'],
    ]);
    expect(check?.verdict).toBe('failed');
  });

  test('that was killed is the one to blame', async () => {
    const { faults } = await linksAfter(async lab => await lab.kill('n2'), program);
    expect(faults.map(({ fault, culprit, detail }) => [fault, culprit, detail])).toEqual([
      ['missing', 'n2', expect.stringMatching(/n2 does not run$/)],
      ['missing', 'n2', expect.stringMatching(/n2 does not run$/)],
    ]);
  });
});
