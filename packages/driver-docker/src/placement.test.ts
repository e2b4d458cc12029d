/** Which engine gets which peer. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOf } from '../test/plans.ts';
import type { Engine } from './engine.ts';
import type { Fleet } from './fleet.ts';
import { placeLab, placementOf, placementText } from './placement.ts';

const engines = ['a', 'b', 'c'].map(name => ({ name }) as Engine);
const specs = engines.map(({ name }) => ({ name, endpoint: `unix:///${name}` }));
const fleet: Fleet = { engines, specs, control: engines[0] as Engine, nodes: new Map() };
const factsOf = (cores: number) => ({ osType: 'linux', architecture: 'x86_64', memoryBytes: 0, cores });

test('every peer has an engine, and each engine as many as its weight says, but for one', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), weights, (count, cores) => {
      const { places } = placeLab(fleet, planOf(count), cores.map(factsOf));
      const whole = cores.reduce((sum, one) => sum + one, 0);
      expect(places).toHaveLength(count);
      for (const [i, own] of cores.entries()) {
        const got = places.filter(place => place === i).length;
        expect(Math.abs(got - (count * own) / whole)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('the weight of the user counts more than the cores', () => {
  const weighted = { ...fleet, specs: specs.map((spec, i) => ({ ...spec, weight: i === 1 ? 8 : 1 })) };
  const { places } = placeLab(weighted, planOf(10), [64, 1, 1].map(factsOf));
  expect(engines.map((_, i) => places.filter(place => place === i).length)).toEqual([1, 8, 1]);
});

test('links between engines are counted and told', () => {
  const links = Array.from({ length: 6 }, (_, i) => [i, (i + 1) % 6] as const);
  const plan = planOf(6, { links });
  const placement = placeLab(fleet, plan, [1, 1, 1].map(factsOf));
  expect(placementText(placement, fleet, plan)).toBe('a 2, b 2, c 2; 3 of 6 links between engines');
});

test('a peer is where the user wants it, and a pin that leads nowhere is refused', () => {
  const facts = [1, 1, 1].map(factsOf);
  expect(placeLab(fleet, planOf(6), facts, new Map([['n0', 'c']])).places[0]).toBe(2);
  expect(() => placeLab(fleet, planOf(6), facts, new Map([['n9', 'c']]))).toThrow(/no peer n9/);
  expect(() => placeLab(fleet, planOf(6), facts, new Map([['n0', 'z']]))).toThrow(/no engine z/);
});

test('peers of a lab that is there stay with their engine, in whatever order the engines are named', () => {
  const span = { engines: [...specs].reverse(), places: [0, 1, 2] };
  expect(placementOf(span, fleet, {}).places).toEqual([2, 1, 0]);
});
