import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctEdges, type EdgeList, edgeListOf } from './edge-list.ts';
import { EdgeSet } from './edge-set.ts';

const pairsOf = ({ a, b, count }: EdgeList): number[][] =>
  Array.from({ length: count }, (_, i) => [a[i] ?? -1, b[i] ?? -1]);

const pairs = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 200 });

test('a list keeps its pairs in their order, however many', () => {
  fc.assert(
    fc.property(pairs, given => {
      expect(pairsOf(edgeListOf(given))).toEqual(given);
    }),
  );
});

test('distinct edges are the first of each, in whichever direction', () => {
  fc.assert(
    fc.property(pairs, given => {
      const seen = new Set<string>();
      const first = given.filter(([a, b]) => {
        const key = [Math.min(a, b), Math.max(a, b)].join();
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew;
      });
      expect(pairsOf(distinctEdges(31, edgeListOf(given)))).toEqual(first);
    }),
  );
});

test('a set is a set: added, removed and asked as one of strings', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'has'), fc.nat(9), fc.nat(9)), { maxLength: 300 });
  fc.assert(
    fc.property(steps, given => {
      const set = new EdgeSet(10, given.length);
      const model = new Set<string>();
      for (const [step, a, b] of given) {
        const key = [Math.min(a, b), Math.max(a, b)].join();
        if (step === 'add') {
          expect(set.add(a, b)).toBe(!model.has(key));
          model.add(key);
        } else if (step === 'remove') {
          set.remove(a, b);
          model.delete(key);
        } else expect(set.has(a, b)).toBe(model.has(key));
      }
    }),
  );
});
