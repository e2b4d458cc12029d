/** Cuts of peers that cannot cut a link themselves: the kernel does it, and every verdict follows. Peers in memory announce no `shape`. */
import { MemoryDriver, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { Lab } from '../lab.ts';
import { bringUp } from '../life/bring-up.ts';

const SETTLE = { stalledMs: 200, idleMs: 20 };

async function ringOf(peers: number, programs: Readonly<Record<string, readonly string[]>> = {}): Promise<Lab> {
  const { lab } = await bringUp(ring(peers), new MemoryDriver(), { checks: [], settle: SETTLE, programs });
  return lab;
}

describe('a partition', () => {
  test('cuts all that is between the groups, linked or not, and is said to be the kernel’s', async () => {
    const lab = await ringOf(4);
    const { text, notes, links } = await lab.fault({ verb: 'partition', groups: [['n0', 'n1']] });
    expect(text).toBe('partition: n0 n1 | n2 n3; 2 links and 2 pairs of peers cut');
    expect(notes).toEqual(['by the kernel, silently, what n0, n1, n2, n3 send']);
    expect(links).toHaveLength(4);
    const other = await Lab.attach(lab.running, { isNew: false });
    expect(await other.faults()).toEqual([
      { kind: 'cut', link: ['n1', 'n2'], by: 'kernel' },
      { kind: 'cut', link: ['n3', 'n0'], by: 'kernel' },
      { kind: 'cut', link: ['n0', 'n2'], by: 'kernel' },
      { kind: 'cut', link: ['n1', 'n3'], by: 'kernel' },
    ]);
  });

  test('leaves what is proven inside each part, and links that peers still hold are told as cut', async () => {
    const lab = await ringOf(6);
    await lab.fault({ verb: 'partition', groups: [['n0', 'n1', 'n2']] });
    const [links, ...others] = await lab.verify({ settle: SETTLE });
    expect(links).toMatchObject({ verdict: 'failed', observed: '4 of 6; 2 faults' });
    expect(links?.explanations.map(({ text, culprit }) => [text, culprit])).toEqual([
      ['n2 and n3 have not noticed that their link is down: a fault cuts this link, by the kernel', undefined],
      ['n0 and n5 have not noticed that their link is down: a fault cuts this link, by the kernel', undefined],
    ]);
    expect(others.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['broadcast', 'proven'],
      ['ttl', 'proven'],
      ['dm', 'proven'],
    ]);
  });

  test('is healed by another process, wholly, and the first one sees it', async () => {
    const lab = await ringOf(4);
    await lab.fault({ verb: 'partition', groups: [['n0', 'n1']] });
    const other = await Lab.attach(lab.running, { isNew: false });
    expect((await other.heal()).links).toBe(4);
    expect(await lab.faults()).toEqual([]);
    expect((await lab.verify({ settle: SETTLE })).map(({ verdict }) => verdict)).not.toContain('failed');
  });

  test('is lifted alone, while another cut of the same link stays', async () => {
    const lab = await ringOf(4);
    const partition = await lab.fault({ verb: 'partition', groups: [['n0', 'n1']] });
    await lab.fault({ verb: 'link-down', links: [['n1', 'n2']] });
    await partition.revert();
    expect(await lab.faults()).toEqual([{ kind: 'cut', link: ['n1', 'n2'], by: 'kernel' }]);
    await lab.linkUp('n1', 'n2');
    expect(await lab.faults()).toEqual([]);
  });

  test('holds for a peer that another process starts again, which has not looked at the links', async () => {
    const lab = await ringOf(4);
    await lab.fault({ verb: 'partition', groups: [['n0', 'n1']] });
    const other = await Lab.attach(lab.running, { isNew: false, opens: false });
    await other.restart('n2');
    expect((await other.recovered()).links).toBe(2);
    expect(await lab.faults()).toHaveLength(4);
    expect(await other.faults()).toHaveLength(4);
  });

  test('holds for a peer that is killed and started meanwhile', async () => {
    const lab = await ringOf(4);
    await lab.fault({ verb: 'partition', groups: [['n0', 'n1']] });
    await lab.restart('n1');
    const { observed, verdict } = await lab.broadcast('n1', 'hello', { settle: SETTLE });
    expect([observed, verdict]).toEqual([expect.stringContaining('1'), 'proven']);
    expect((await lab.links()).faults.map(({ a, b, fault }) => [a, b, fault])).toEqual([
      ['n1', 'n2', 'cut'],
      ['n0', 'n3', 'cut'],
    ]);
  });
});

test('one way is cut alone; what arrives the other way is not predicted, never failed', async () => {
  const lab = await ringOf(4);
  const { text, notes } = await lab.fault({ verb: 'partition', groups: [['n0', 'n1']], oneWay: true });
  expect(text).toBe('partition: n0 n1 | n2 n3; 2 links and 2 pairs of peers one way');
  expect(notes).toEqual([expect.stringMatching(/what n0, n1 send; TCP connections between them stall/)]);
  expect(await lab.faults()).toContainEqual({ kind: 'muted', link: ['n0', 'n3'], by: 'kernel' });
  const finding = await lab.broadcast('n2', 'hello', { settle: SETTLE });
  expect(finding).toMatchObject({ verdict: 'not-proven', reason: expect.stringContaining('one way') });
  await lab.heal();
  expect(await lab.broadcast('n2', 'hello', { settle: SETTLE })).toMatchObject({ verdict: 'proven' });
});
