/** Links seen by sums: as drawn, or the peers are asked one by one, so that each fault is named as without sums. */
import { addLinks, type LinkTally, NO_LINKS, tallyLinks } from '@peerlab/contract';
import type { AsksTogether } from '@peerlab/driver';
import { line, MemoryDriver, topologyOf } from '@peerlab/driver-memory';
import { expect, test } from 'vitest';
import { bringUp } from '../life/bring-up.ts';
import type { LinkedLab } from './linked-lab.ts';
import { dialTogether, linksTogether } from './links-together.ts';
import { dialMissing, surveyLinks } from './wiring.ts';

/** Adds up what the peers of a lab say. @param asked counts how often */
function together(
  { endpoints }: LinkedLab,
  asked: { tallies: number; dials: number } = { tallies: 0, dials: 0 },
): AsksTogether {
  return {
    tallyCounters: () => Promise.reject(new Error('not asked for here')),
    tallyLinks: async () => {
      asked.tallies++;
      const tallies = endpoints.map(async (end): Promise<LinkTally> => {
        const told = await end?.client.ask({ command: 'neighbours' });
        return end === undefined || told === undefined ? NO_LINKS : tallyLinks(end.client.info.nodeId, told.links);
      });
      return (await Promise.all(tallies)).reduce(addLinks, NO_LINKS);
    },
    // All come to nothing but the first.
    dialTogether: async dials => {
      asked.dials += dials.length;
      const [first] = dials;
      if (first !== undefined) {
        await endpoints[first.from]?.client.request({ command: 'connect', host: first.host, port: first.port });
      }
      return dials.map((_, i) => i).slice(1);
    },
  };
}

async function linked(topology = line(4)): Promise<LinkedLab> {
  const { lab } = await bringUp(topology, new MemoryDriver(), { ephemeral: true, checks: [] });
  return lab.contextFor({});
}

test('all as drawn: no peer is asked by itself', async () => {
  const lab = await linked();
  const asked = { tallies: 0, dials: 0 };
  const sums = { ...lab, together: together(lab, asked) };
  expect(await linksTogether(sums)).toMatchObject({ are: 'as-drawn' });
  expect(await surveyLinks(sums)).toEqual(await surveyLinks(lab));
  expect(asked.tallies).toBe(2);
});

test('a link too few, one too many, and one in place of another are not', async () => {
  const lab = await linked();
  const sums = { ...lab, together: together(lab) };
  const [a, , c, d] = lab.endpoints;
  await a?.client.request({ command: 'connect', host: c?.address ?? '', port: c?.port ?? 0 });
  expect(await linksTogether(sums)).toEqual({ are: 'not-known' });
  expect((await surveyLinks(sums)).faults).toMatchObject([{ a: 'n0', b: 'n2', fault: 'not-drawn' }]);
  await c?.client.request({ command: 'disconnect', peer: d?.client.info.nodeId ?? '' });
  // As many as are drawn.
  expect((await sums.together.tallyLinks()).ends).toBe(6);
  expect(await linksTogether(sums)).toEqual({ are: 'not-known' });
  expect((await surveyLinks(sums)).faults).toContainEqual(expect.objectContaining({ a: 'n2', b: 'n3' }));
});

test('as drawn, and protected as the file says or better: else each peer is asked', async () => {
  const lab = await linked();
  const all = (security: Record<string, number>): LinkedLab => {
    const sums = together(lab);
    const tallyLinks = async (): Promise<LinkTally> => ({ ...(await sums.tallyLinks()), security });
    return { ...lab, topology: { ...lab.topology, security: 'signed' }, together: { ...sums, tallyLinks } };
  };
  expect(await linksTogether(all({ open: 6 }))).toEqual({ are: 'not-known' });
  expect(await linksTogether(all({ signed: 4, sealed: 2 }))).toEqual({ are: 'not-known' });
  expect(await linksTogether(all({ signed: 6 }))).toEqual({ are: 'as-drawn', security: 'signed' });
  expect(await linksTogether(all({ sealed: 6 }))).toEqual({ are: 'as-drawn', security: 'sealed' });
});

test('none of a lab with a fault, or with a peer away', async () => {
  const lab = await linked();
  const all = { ...lab, together: together(lab) };
  expect(await linksTogether({ ...all, whyCut: () => 'a fault cuts this link' })).toEqual({ are: 'not-known' });
  expect(await linksTogether({ ...all, endpoints: [undefined, ...lab.endpoints.slice(1)] })).toEqual({
    are: 'not-known',
  });
});

test('what could not be dialled together is dialled one by one', async () => {
  const lab = await linked(topologyOf(4, []));
  const asked = { tallies: 0, dials: 0 };
  const drawn = line(4);
  const all = { ...lab, topology: drawn, together: together(lab, asked) };
  expect(await linksTogether(all)).toEqual({ are: 'none' });
  expect(await dialMissing({ ...all, lookAgain: async () => lab.endpoints })).toBe(3);
  expect(asked.dials).toBe(3);
  expect((await surveyLinks({ ...lab, topology: drawn })).up).toBe(3);
  expect(await dialTogether(lab, drawn.links)).toEqual(drawn.links);
});
