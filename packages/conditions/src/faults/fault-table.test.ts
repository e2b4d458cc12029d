/** The table of faults: what its rows promise to everything that derives from it. */
import { describe, expect, it, test } from 'vitest';
import { QUANTITIES } from '../quantity.ts';
import { targetsOf, valuesOf } from './fault.ts';
import { faultSchema } from './fault-schema.ts';
import { FAULT_VERBS, faultRow, parametersOf, verbsTaking } from './fault-table.ts';
import { PARAMETER_NAMES, PARAMETERS } from './parameters.ts';
import { REPAIR_VERBS, REPAIRS } from './repairs.ts';

const VALUE = {
  flag: true,
  signal: 'SIGTERM',
  ms: 5,
  ratio: 0.5,
  kbps: 5,
  sigma: 1,
  count: 1,
  seed: 1,
  ttl: 1,
} as const;
const TARGETS = { groups: { groups: [['a']] }, peers: { peers: ['a'] }, links: { links: [['a', 'b']] } } as const;

describe.each(FAULT_VERBS)('the row of %s', verb => {
  const row = faultRow(verb);
  const values = Object.fromEntries(parametersOf(verb).map(name => [name, VALUE[PARAMETERS[name].takes]]));

  it('is a fault that the schema takes, with every parameter of it and no other', () => {
    const fault = { verb, ...TARGETS[row.targets], ...values };
    expect(faultSchema.parse(fault)).toEqual(fault);
    for (const other of PARAMETER_NAMES.filter(name => !parametersOf(verb).includes(name))) {
      expect(faultSchema.safeParse({ ...fault, [other]: VALUE[PARAMETERS[other].takes] }).success).toBe(false);
    }
  });

  it('has clauses that a sentence can hold', () => {
    expect(row.description).toMatch(/^[a-z].*[^.]$/);
    expect(row.done).not.toBe('');
  });

  it('is undone by a repair that is there, and in chaos only where it can be undone and needs no word of a person', () => {
    if (row.undo !== 'heal' && row.undo !== 'none') expect(REPAIR_VERBS).toContain(row.undo);
    if (!row.isInChaos) return;
    expect(row.undo).not.toBe('none');
    if (row.settings.length > 0) expect(row.settings.some(name => PARAMETERS[name].chaos !== undefined)).toBe(true);
  });
});

test.each(PARAMETER_NAMES)(
  '%s is taken by some verb, has names of its own, and chaos draws it within its bounds',
  name => {
    const { key, option, takes, chaos } = PARAMETERS[name];
    expect(verbsTaking(name).length).toBeGreaterThan(0);
    expect(PARAMETER_NAMES.filter(other => PARAMETERS[other].key === key)).toEqual([name]);
    expect(PARAMETER_NAMES.filter(other => PARAMETERS[other].option === option)).toEqual([name]);
    if (chaos === undefined || takes === 'flag' || takes === 'signal' || 'chance' in chaos) return;
    expect(chaos.from).toBeGreaterThanOrEqual(QUANTITIES[takes].min);
    expect(chaos.to).toBeLessThanOrEqual(QUANTITIES[takes].max);
  },
);

test.each(REPAIR_VERBS)('%s mends what the faults that it undoes leave', verb => {
  const undone = FAULT_VERBS.filter(fault => faultRow(fault).undo === verb);
  expect(undone.length).toBeGreaterThan(0);
  expect(undone.every(fault => faultRow(fault).targets === 'peers')).toBe(true);
  expect(REPAIRS[verb].description).toContain(REPAIRS[verb].mends === 'stopped' ? 'do not run' : REPAIRS[verb].mends);
});

test.each([
  [{ verb: 'partition', groups: [] }],
  [{ verb: 'partition', groups: [[]] }],
  [{ verb: 'partition', groups: [['a']], random: 1 }],
  [{ verb: 'kill', links: [['a', 'b']] }],
  [{ verb: 'kill', peers: ['a'], signal: '9' }],
  [{ verb: 'slow', peers: ['a'], latencyMs: QUANTITIES.ms.max + 1 }],
  [{ verb: 'flaky', peers: ['a'], lossRatio: 1.1 }],
  [{ verb: 'rate', peers: ['a'], bandwidthKbps: 0 }],
  [{ verb: 'pause', random: 0 }],
  [{ verb: 'pause', random: 1, seed: 2 ** 32 }],
  [{ verb: 'rm', peers: ['a'] }],
])('%j is no fault', value => {
  expect(faultSchema.safeParse(value).success).toBe(false);
});

test('a fault tells what it hits and what it is told, whatever its verb', () => {
  expect(targetsOf({ verb: 'pause', peers: ['a'] }).peers).toEqual(['a']);
  expect(valuesOf({ verb: 'slow', peers: ['a'], latencyMs: 7 }).latencyMs).toBe(7);
});
