/** A topology has one graph: laid out for a lab, drawn for floods, and from `lab sim`, for every generator and seed. */
import { GENERATORS, generateGraph } from '@peerlab/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphOf } from './graph-of.ts';
import { parseTopology } from './parse.ts';

const SMALL: Readonly<Record<string, number>> = {
  peers: 40,
  rows: 4,
  columns: 7,
  arity: 3,
  depth: 3,
  degree: 4,
  dimensions: 5,
  clusters: 4,
  size: 5,
  choices: 3,
  probability: 0.1,
  neighbours: 6,
  rewire: 0.3,
  links: 3,
};

test.each(GENERATORS.map(({ name, parameters }) => [name, parameters] as const))('%s', (generator, parameters) => {
  const values = Object.fromEntries(parameters.map(({ name }) => [name, SMALL[name] ?? Number.NaN]));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), seed => {
      const file = JSON.stringify({ name: 'x', seed, topology: { generator, ...values } });
      expect(graphOf(parseTopology(file, { file: 'x.json' }))).toEqual(generateGraph({ generator, values }, seed));
    }),
    { numRuns: 20 },
  );
});
