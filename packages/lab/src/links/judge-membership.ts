/** Holds the lists of members against what is claimed of them: converged, connected, so many each, exactly these. Pure. */
import type { Explanation, FindingFacts } from '@peerlab/finding';
import type { Graph } from '@peerlab/graph';
import { groupsOf, type Membership, sidesOf } from './membership.ts';

/** What is claimed. Peers are places in the topology; left out: all that run. */
export type MembershipClaim =
  /** Each of them lists all others of them on its side of a partition, and nobody else. */
  | { readonly kind: 'converged'; readonly peers?: readonly number[] | undefined }
  /** Each side is connected by what its peers list. */
  | { readonly kind: 'connected'; readonly peers?: readonly number[] | undefined }
  /** How many each of them lists. */
  | { readonly kind: 'degree'; readonly min: number; readonly max: number }
  /** Each peer that runs lists exactly these, itself left out. */
  | { readonly kind: 'members'; readonly peers: readonly number[] };

/** What a claim is held against. */
export interface MembershipView {
  readonly membership: Membership;
  /** Names in topology order. */
  readonly names: readonly string[];
  /** The peers that run and are on the network. */
  readonly running: readonly number[];
  /** The pairs that can reach each other, as the faults in force leave it. */
  readonly graph: Graph;
}

/** What came of it. */
export interface JudgedMembership extends Omit<FindingFacts, 'evidence'> {
  /** The parts that are not known, and why. */
  readonly open: readonly string[];
}

/** Peers of which a report says what is wrong with them. */
const MAX_EXPLAINED = 5;
const MAX_NAMED = 4;

/** See the module's header. */
export function judgeMembership(claim: MembershipClaim, view: MembershipView): JudgedMembership {
  const judged = JUDGES[claim.kind](claim as never, view);
  const strangers = view.membership.strangers.map(
    ({ at, member }): Explanation => ({
      kind: 'link',
      culprit: nameOf(view, at),
      text: `${nameOf(view, at)} lists "${member}", which is no peer of this lab`,
    }),
  );
  const failures = view.membership.failures.map(
    ({ at, text }): Explanation => ({ kind: 'refused', culprit: nameOf(view, at), text }),
  );
  return {
    ...judged,
    observed: observedOf(view),
    explanations: [...failures, ...judged.explanations, ...strangers].slice(0, MAX_EXPLAINED),
    open: openOf(view),
  };
}

/** `6 peers, linked; each lists 5`. */
function observedOf({ membership, running, graph }: MembershipView): string {
  const told = running.filter(peer => membership.lists[peer] !== undefined);
  if (told.length === 0) return 'no peer reports its links';
  const counts = told.map(peer => membership.lists[peer]?.length ?? 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const sides = sidesOf(graph, running);
  const parts = sides.reduce((sum, side) => sum + groupsOf(side, membership).length, 0);
  const shape = parts === 1 ? 'connected' : parts === sides.length ? `${parts} connected sides` : `in ${parts} parts`;
  return `${told.length} peers, ${shape}; each lists ${least === most ? least : `${least} to ${most}`}`;
}

function openOf({ membership, names, running }: MembershipView): string[] {
  const mute = membership.mute.filter(peer => running.includes(peer));
  if (mute.length === 0) return [];
  const who = listed(mute.map(peer => names[peer] ?? ''));
  return [`the links of ${who} are not known: the kind has no members:`];
}

type Judge<K extends MembershipClaim['kind']> = (
  claim: Extract<MembershipClaim, { readonly kind: K }>,
  view: MembershipView,
) => Pick<JudgedMembership, 'claim' | 'expected' | 'explanations'>;

const JUDGES: { readonly [K in MembershipClaim['kind']]: Judge<K> } = {
  converged: ({ peers }, view) => {
    const who = peers === undefined ? view.running : peers.filter(peer => view.running.includes(peer));
    const sides = sidesOf(view.graph, who);
    const whom = peers === undefined ? 'every peer' : listed(who.map(peer => nameOf(view, peer)));
    return {
      claim: 'the peers know each other',
      expected: `${whom} lists the others${sides.length > 1 ? ` of its side (${sides.length} sides)` : ''}, and no other peer`,
      explanations: sides.flatMap(side => wrongLists(side, new Set(side), view)),
    };
  },
  connected: ({ peers }, view) => {
    const who = peers === undefined ? view.running : peers.filter(peer => view.running.includes(peer));
    const sides = sidesOf(view.graph, who);
    return {
      claim: 'the peers find each other',
      expected: sides.length > 1 ? `${sides.length} sides, each connected` : 'every peer connected to the others',
      explanations: sides.flatMap(side => {
        // Of those that report nothing, nothing is known.
        const { lists } = view.membership;
        const isTold = (part: readonly number[]): boolean => part.some(peer => lists[peer] !== undefined);
        const [first = [], ...others] = groupsOf(side, view.membership).filter(isTold);
        const near = listed(first.map(peer => nameOf(view, peer)));
        return others.map((part): Explanation => {
          const names = part.map(peer => nameOf(view, peer));
          const who = part.length === 1 ? { culprit: names[0] ?? '' } : {};
          return { kind: 'link', ...who, text: `${listed(names)} and ${near} list no peer of each other` };
        });
      }),
    };
  },
  degree: ({ min, max }, view) => {
    const range = rangeText(min, max);
    return {
      claim: `each peer lists ${range}`,
      expected: `each peer lists ${range}`,
      explanations: told(view).flatMap(({ peer, list }): Explanation[] => {
        if (list.length >= min && list.length <= max) return [];
        const name = nameOf(view, peer);
        return [{ kind: 'link', culprit: name, text: `${name} lists ${countText(list.length)}, not ${range}` }];
      }),
    };
  },
  members: ({ peers }, view) => {
    const names = listed(peers.map(peer => nameOf(view, peer)));
    return {
      claim: 'the peers list the members',
      expected: `every peer lists exactly ${names}, itself left out`,
      explanations: wrongLists(view.running, new Set(peers), view),
    };
  },
};

/** What is wrong with the lists of some peers, which are to be these, each peer itself left out. */
function wrongLists(at: readonly number[], wanted: ReadonlySet<number>, view: MembershipView): Explanation[] {
  return told(view).flatMap(({ peer, list }): Explanation[] => {
    if (!at.includes(peer)) return [];
    const name = nameOf(view, peer);
    const lacks = [...wanted].filter(other => other !== peer && !list.includes(other));
    const extra = list.filter(other => !wanted.has(other));
    const parts = [
      ...(lacks.length === 0 ? [] : [`does not list ${listed(lacks.map(other => nameOf(view, other)))}`]),
      ...extra.slice(0, MAX_NAMED).map(other => `lists ${nameOf(view, other)}${whyNot(other, view)}`),
    ];
    return parts.length === 0 ? [] : [{ kind: 'link', culprit: name, text: `${name} ${parts.join(', and ')}` }];
  });
}

function whyNot(peer: number, { running }: MembershipView): string {
  return running.includes(peer) ? '' : ', which does not run';
}

function told({ membership, running }: MembershipView): { readonly peer: number; readonly list: readonly number[] }[] {
  return running.flatMap(peer => {
    const list = membership.lists[peer];
    return list === undefined ? [] : [{ peer, list }];
  });
}

function nameOf({ names }: MembershipView, peer: number): string {
  return names[peer] ?? '';
}

function rangeText(min: number, max: number): string {
  if (min === max) return countText(min);
  if (max === Number.POSITIVE_INFINITY) return `at least ${min} peers`;
  return min === 0 ? `at most ${max} peers` : `${min} to ${max} peers`;
}

function countText(count: number): string {
  return `${count} ${count === 1 ? 'peer' : 'peers'}`;
}

/** `n0, n1, n2 and 3 more`. */
function listed(names: readonly string[]): string {
  if (names.length <= MAX_NAMED) return names.join(', ');
  return `${names.slice(0, MAX_NAMED - 1).join(', ')} and ${names.length - MAX_NAMED + 1} more`;
}
