/** What a scenario expects of the lists of the peers: converged, connected, degree, members; and of their probes. */
import { conclude } from '@peerlab/finding';
import {
  judgeMembership,
  type Lab,
  type MembershipClaim,
  membershipView,
  type ProbedPair,
  plural,
  probedPairs,
  probePairs,
  readMembership,
} from '@peerlab/lab';
import type { Expectation } from '@peerlab/topology';
import type { NestedFinding } from './step-finding.ts';

/** Failing pairs that a report names. */
const MAX_EXPLANATIONS = 5;

/** What of an expectation is about the peers, and not about messages. */
export const PEER_EXPECTATIONS = ['links', 'converged', 'connected', 'degree', 'members', 'probe'] as const;

/** True where the lists of the peers are to be looked at. */
export function isAboutMembers({ converged, connected, degree, members }: Expectation): boolean {
  return [converged, connected, degree, members].some(one => one !== undefined);
}

/** One finding for each claim about the lists, all by one look. */
export async function judgeMembers(lab: Lab, expect: Expectation): Promise<NestedFinding[]> {
  const context = lab.contextFor({});
  const view = membershipView(context, await readMembership(context));
  return claimsOf(lab, expect).map(claim => {
    const { open, ...judged } = judgeMembership(claim, view);
    return { ...conclude({ ...judged, evidence: [] }, open), steps: [] };
  });
}

/** Each pair is probed; those that get no answer are tried again until the time is over. */
export async function judgeProbes(
  lab: Lab,
  wanted: NonNullable<Expectation['probe']>,
  at: { readonly withinMs: number | undefined; readonly signal: AbortSignal },
): Promise<NestedFinding> {
  const context = lab.contextFor({ signal: at.signal });
  const all = probedPairs(context);
  const asked: readonly ProbedPair[] =
    wanted === 'all-pairs' ? all : wanted.map(([a, b]): ProbedPair => [lab.peerIndex(a), lab.peerIndex(b)]);
  const results = await probePairs(context, asked, at.withinMs ?? 0);
  const failed = results.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const unable = asked.length - results.length;
  const finding = conclude(
    {
      claim: 'the peers reach each other',
      expected: `${plural(asked.length, 'pair')} reach each other`,
      observed: `${results.length - failed.length} of ${plural(asked.length, 'pair')}`,
      evidence: [],
      explanations: failed.slice(0, MAX_EXPLANATIONS).map(text => ({ kind: 'missed', text })),
    },
    [
      ...(asked.length === 0 ? ['there is no pair of peers of which one can probe the other'] : []),
      ...(unable === 0
        ? []
        : [`${plural(unable, 'pair')} not probed: the first does not run, or its kind has no probe:`]),
    ],
  );
  return { ...finding, steps: [] };
}

function claimsOf(lab: Lab, { converged, connected, degree, members }: Expectation): MembershipClaim[] {
  const places = (names: readonly string[]): number[] => names.map(name => lab.peerIndex(name));
  const group = (names: 'all' | readonly string[]): { readonly peers?: readonly number[] } =>
    names === 'all' ? {} : { peers: places(names as readonly string[]) };
  return [
    ...(converged === undefined ? [] : [{ kind: 'converged' as const, ...group(converged) }]),
    ...(connected === undefined ? [] : [{ kind: 'connected' as const, ...group(connected) }]),
    ...(degree === undefined ? [] : [{ kind: 'degree' as const, ...degree }]),
    ...(members === undefined ? [] : [{ kind: 'members' as const, peers: places(members) }]),
  ];
}
