/** What peers list of each other, against what is claimed. */
import { graphFromEdges } from '@peerlab/graph';
import { describe, expect, test } from 'vitest';
import { judgeMembership, type MembershipClaim } from './judge-membership.ts';

interface Seen {
  readonly lists: readonly (readonly number[] | undefined)[];
  readonly running?: readonly number[];
  readonly cut?: (a: number, b: number) => boolean;
  readonly strangers?: readonly { readonly at: number; readonly member: string }[];
}

function judged(claim: MembershipClaim, { lists, running, cut = () => false, strangers = [] }: Seen) {
  const names = lists.map((_, i) => `n${i}`);
  const there = running ?? names.map((_, i) => i);
  const edges = there.flatMap(a => there.filter(b => a < b && !cut(a, b)).map(b => [a, b] as const));
  const mute = there.filter(peer => lists[peer] === undefined);
  const { explanations, open, observed } = judgeMembership(claim, {
    membership: { lists, mute, failures: [], strangers },
    names,
    running: there,
    graph: graphFromEdges(names.length, edges),
  });
  return { why: explanations.map(({ text }) => text), open, observed };
}

const full = (peers: number): number[][] =>
  Array.from({ length: peers }, (_, i) => Array.from({ length: peers }, (_, j) => j).filter(j => j !== i));

describe('converged', () => {
  test('holds where each lists all others', () => {
    expect(judged({ kind: 'converged' }, { lists: full(4) })).toEqual({
      why: [],
      open: [],
      observed: '4 peers, connected; each lists 3',
    });
  });

  test('names who lists too few, and who still lists a peer that is gone', () => {
    const lists = [[1, 2, 3], [0], [0, 1], undefined];
    expect(judged({ kind: 'converged' }, { lists, running: [0, 1, 2] }).why).toEqual([
      'n0 lists n3, which does not run',
      'n1 does not list n2',
    ]);
  });

  test('is asked of each side of a partition', () => {
    const cut = (a: number, b: number): boolean => a < 2 !== b < 2;
    expect(judged({ kind: 'converged' }, { lists: [[1], [0], [3], [2]], cut }).why).toEqual([]);
    expect(judged({ kind: 'converged' }, { lists: [[1], [0], [1, 3], [2]], cut }).why).toEqual(['n2 lists n1']);
  });
});

describe('connected', () => {
  test('needs no peer to list all', () => {
    expect(judged({ kind: 'connected' }, { lists: [[1], [], [1], [2]] }).why).toEqual([]);
  });

  test('names the peer that nobody has found', () => {
    expect(judged({ kind: 'connected' }, { lists: [[1], [0], []] })).toMatchObject({
      why: ['n2 and n0, n1 list no peer of each other'],
      observed: '3 peers, in 2 parts; each lists 0 to 1',
    });
  });
});

test('degree bounds how many each lists', () => {
  expect(judged({ kind: 'degree', min: 1, max: 2 }, { lists: [[1], [0, 2], [1]] }).why).toEqual([]);
  expect(judged({ kind: 'degree', min: 2, max: 3 }, { lists: [[1], [0, 2], [1]] }).why).toEqual([
    'n0 lists 1 peer, not 2 to 3 peers',
    'n2 lists 1 peer, not 2 to 3 peers',
  ]);
});

test('members are exactly those, at every peer', () => {
  expect(judged({ kind: 'members', peers: [0, 1] }, { lists: [[1], [0], [0, 1]] }).why).toEqual([]);
  expect(judged({ kind: 'members', peers: [0, 1] }, { lists: [[1, 2], [0], [0, 1]] }).why).toEqual(['n0 lists n2']);
});

test('a member that is no peer of the lab is named, and a peer that cannot tell is open', () => {
  const { why, open } = judged(
    { kind: 'connected' },
    { lists: [[1], [0], undefined], running: [0, 1, 2], strangers: [{ at: 1, member: 'db-7' }] },
  );
  expect(why).toContain('n1 lists "db-7", which is no peer of this lab');
  expect(open).toEqual(['the links of n2 are not known: the kind has no members:']);
});
