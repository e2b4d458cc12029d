/** Asks all blocks of a packed lab side by side, and adds up what they answer. */
import { addCounters, addLinks, NO_COUNTERS, NO_LINKS, type PackAnswer, type PackRequest } from '@peerlab/contract';
import type { AsksTogether, Dial } from '@peerlab/driver';
import type { PackLayout } from './pack-layout.ts';

/** Dials of one request: on a busy machine a thousand would take longer than an answer may. */
const DIALS_OF_A_REQUEST = 100;

/** See the module's header. @param ask one block; an empty answer where nothing can be learnt from it */
export function askTogether(
  { blocks, placeOf }: PackLayout,
  ask: (block: number, request: PackRequest) => Promise<PackAnswer>,
): AsksTogether {
  const askAll = async (request: PackRequest): Promise<readonly PackAnswer[]> =>
    await Promise.all(blocks.map(async ({ number }) => await ask(number, request)));
  return {
    tallyCounters: async () => {
      const answers = await askAll({ do: 'tally', of: 'counters' });
      return answers.reduce((sum, { counters = NO_COUNTERS }) => addCounters(sum, counters), NO_COUNTERS);
    },
    tallyLinks: async () => {
      const answers = await askAll({ do: 'tally', of: 'neighbours' });
      return answers.reduce((sum, { links = NO_LINKS }) => addLinks(sum, links), NO_LINKS);
    },
    dialTogether: async dials => {
      const parts = byBlock(dials, placeOf);
      const failed = await Promise.all(
        [...parts].map(async ([block, part]) => {
          const lost: number[] = [];
          for (let first = 0; first < part.length; first += DIALS_OF_A_REQUEST) {
            const some = part.slice(first, first + DIALS_OF_A_REQUEST);
            const told = some.map(({ dial: { from, host, port } }) => ({ place: from, host, port }));
            const { failed: bad = told.map((_, i) => i) } = await ask(block, { do: 'connect', dials: told });
            lost.push(...bad.map(i => some[i]?.position ?? -1));
          }
          return lost;
        }),
      );
      return failed.flat();
    },
  };
}

type Placed = { readonly dial: Dial; readonly position: number };

function byBlock(dials: readonly Dial[], placeOf: PackLayout['placeOf']): ReadonlyMap<number, readonly Placed[]> {
  const parts = new Map<number, Placed[]>();
  for (const [position, dial] of dials.entries()) {
    const block = placeOf[dial.from]?.block ?? -1;
    const part = parts.get(block);
    if (part === undefined) parts.set(block, [{ dial, position }]);
    else part.push({ dial, position });
  }
  return parts;
}
