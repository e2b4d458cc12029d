import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeOrder } from './time-order.ts';

test('what comes late by less than the window is written in the order of time, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 }))), steps => {
      const written: bigint[] = [];
      const order = new TimeOrder((_, { timeNs }) => written.push(timeNs), 10n);
      let latest = 100n;
      const taken = steps.map(([forward, late]) => {
        latest += BigInt(forward);
        return latest - BigInt(late);
      });
      for (const timeNs of taken) order.take('n0', { timeNs, linkType: 1, data: Buffer.alloc(0), length: 0 });
      order.end();
      expect(written).toEqual([...taken].sort((a, b) => (a < b ? -1 : 1)));
    }),
  );
});
