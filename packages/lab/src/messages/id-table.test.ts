import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdTable } from './id-table.ts';

test('finds exactly the ids that were put in, in any case, with their latest numbers', () => {
  // Ids that differ in one bit, and any others.
  const near = fc.nat({ max: 127 }).map(bit => {
    const digits = (1n << BigInt(bit)).toString(16).padStart(32, '0');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  });
  const id = fc.oneof(near, fc.uuid());
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.nat()), { maxLength: 500 }), fc.array(id), (entries, others) => {
      const table = new IdTable();
      for (const [key, value] of entries) table.set(key.toUpperCase(), value);
      const model = new Map(entries);
      expect(table.size).toBe(model.size);
      for (const key of [...model.keys(), ...others]) expect(table.get(key)).toBe(model.get(key));
      expect(new Map(table.entries())).toEqual(model);
    }),
  );
});
