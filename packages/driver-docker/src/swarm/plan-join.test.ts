import { describe, expect, it } from 'vitest';
import { type JoiningEngine, planJoin } from './plan-join.ts';

const OUTSIDE = { role: 'none', state: 'inactive', cluster: '', node: '', managers: [], address: '' } as const;

const engine = (name: string, swarm: Partial<JoiningEngine['swarm']> = {}): JoiningEngine => ({
  name,
  where: `unix:///${name}.sock`,
  id: `ID-${name}`,
  swarm: { ...OUTSIDE, ...swarm },
});
const manager = (name: string, cluster: string): JoiningEngine =>
  engine(name, { role: 'manager', state: 'active', cluster, node: `node-${name}`, managers: [`node-${name}`] });
const worker = (name: string, of: string): JoiningEngine =>
  engine(name, { role: 'worker', state: 'active', node: `node-${name}`, managers: [`node-${of}`] });

describe('planJoin', () => {
  it('has the first of engines without a Swarm make one, which the others join', () => {
    expect(planJoin([engine('a'), engine('b'), engine('c')])).toEqual({
      manager: 'a',
      steps: [
        { kind: 'make', engine: 'a' },
        { kind: 'join', engine: 'b' },
        { kind: 'join', engine: 'c' },
      ],
    });
  });

  it('uses the Swarm that some of them are in', () => {
    const engines = [engine('a'), worker('b', 'c'), manager('c', 'x')];
    expect(planJoin(engines)).toEqual({ manager: 'c', steps: [{ kind: 'join', engine: 'a' }] });
  });

  it('has nothing to do for one Swarm, with one manager or several', () => {
    expect(planJoin([worker('b', 'c'), manager('c', 'x')]).steps).toEqual([]);
    expect(planJoin([manager('b', 'x'), manager('c', 'x')]).steps).toEqual([]);
  });

  it.each([
    ['no engine', [], 'NOT_SUPPORTED', /0 is named/],
    ['one engine', [engine('a')], 'NOT_SUPPORTED', /1 is named/],
    ['one engine by two names', [engine('a'), { ...engine('b'), id: 'ID-a' }], 'NOT_SUPPORTED', /a and b have one id/],
    [
      'two Swarms',
      [manager('a', 'x'), engine('b'), manager('c', 'y')],
      'CANNOT_CARRY',
      /a and c are in different Swarms/,
    ],
    ['a worker of another Swarm', [manager('a', 'x'), worker('b', 'z')], 'CANNOT_CARRY', /a and b are in different/],
    [
      'a Swarm without its manager',
      [engine('a'), worker('b', 'z')],
      'CANNOT_CARRY',
      /engine b is in a Swarm that none/,
    ],
    ['a locked Swarm', [engine('a'), engine('b', { state: 'locked' })], 'CANNOT_CARRY', /Swarm of engine b is locked/],
  ])('refuses %s', (_, engines, code, message) => {
    expect(() => planJoin(engines)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
