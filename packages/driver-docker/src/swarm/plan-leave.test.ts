import { expect, it } from 'vitest';
import { type LeavingEngine, planLeave } from './plan-leave.ts';
import type { SwarmNode } from './swarm-nodes.ts';

const place = (name: string, role: 'manager' | 'worker' | 'none', managedBy = 'a'): LeavingEngine => ({
  name,
  swarm: {
    role,
    state: role === 'none' ? 'inactive' : 'active',
    cluster: role === 'manager' ? `of-${name}` : '',
    node: role === 'none' ? '' : `node-${name}`,
    managers: role === 'none' ? [] : [`node-${managedBy}`],
    address: '',
  },
});
const node = (name: string, mark?: SwarmNode['mark']): SwarmNode => ({ id: `node-${name}`, state: 'ready', mark });
const ENGINES = [place('a', 'manager'), place('b', 'worker'), place('c', 'worker')];

it('takes out what was put in, and ends the Swarm that was made, the manager last', () => {
  expect(planLeave(ENGINES, [node('a', 'made'), node('b', 'joined'), node('c', 'joined')])).toEqual([
    { engine: 'b', leaves: true },
    { engine: 'c', leaves: true },
    { engine: 'a', leaves: true },
  ]);
});

it('leaves what was there before, and the Swarm of it', () => {
  expect(planLeave(ENGINES, [node('a'), node('b', 'joined'), node('c')])).toEqual([
    { engine: 'b', leaves: true },
    { engine: 'c', leaves: false, why: 'it was in its Swarm before' },
    { engine: 'a', leaves: false, why: 'it was in its Swarm before' },
  ]);
});

it('keeps the manager while others stay, also such as are not named', () => {
  const nodes = [node('a', 'made'), node('b', 'joined'), node('c', 'joined'), node('d', 'joined'), node('e')];
  expect(planLeave(ENGINES, nodes).at(-1)).toEqual({
    engine: 'a',
    leaves: false,
    why: 'it manages the Swarm, in which 2 others stay',
  });
  expect(planLeave(ENGINES, nodes.slice(0, 4)).at(-1)?.why).toMatch(/another engine stays$/);
});

it('says why an engine stays that is in no Swarm, in another one, or in one that nobody here manages', () => {
  const [outside, stranger] = [place('b', 'none'), place('c', 'worker', 'z')];
  expect(planLeave([place('a', 'manager'), outside, stranger], [node('a', 'made')]).map(({ why }) => why)).toEqual([
    'it is in no Swarm',
    'it is in another Swarm',
    undefined,
  ]);
  expect(planLeave([stranger], [])).toEqual([
    { engine: 'c', leaves: false, why: 'none of the engines manages its Swarm' },
  ]);
});
