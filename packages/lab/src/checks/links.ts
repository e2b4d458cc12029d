/** The links that exist are exactly the topology's, the same session at both ends, no more. */

import { conclude, type Explanation } from '@peerlab/finding';
import { awaitMembership } from '../links/await-membership.ts';
import { judgeMembership, type MembershipView } from '../links/judge-membership.ts';
import type { LinkedLab } from '../links/linked-lab.ts';
import type { Membership } from '../links/membership.ts';
import { unshapedNotes } from '../links/shaping.ts';
import { type LinkFault, type LinkSurvey, surveyLinks } from '../links/wiring.ts';
import { type CheckContext, type CheckFinding, checkFinding, MAX_EXPLANATIONS, plural, runningPeers } from './check.ts';

/**
 * How long one end of a link may know more than the other, in milliseconds: a handshake or a BYE is on its way.
 * @default 2000: many round trips of any lab
 */
const HALF_OPEN_MS = 2000;
const PAUSE_MS = 10;

/** How long peers may take to find each other, in milliseconds. @default 30000: a gossip among hundreds takes seconds */
const CONVERGENCE_MS = 30_000;

/**
 * See the module's header. Links of peers that do not run count as missing. Where peers choose their own links, the claim is that
 * they find each other.
 */
export async function checkLinks(context: CheckContext): Promise<CheckFinding> {
  if (context.topology.ownLinks === true) return await checkOwnLinks(context);
  const startedAtMs = performance.now();
  const { drawn, up, unknown, faults, security } = await surveyAtRest(context);
  const [first] = security;
  const how = first !== undefined && first !== 'open' && security.every(one => one === first) ? `, ${first}` : '';
  return checkFinding(
    'links',
    {
      expected: `${drawn} links, as drawn`,
      observed: `${up} of ${drawn}${faults.length === 0 ? `, as drawn${how}` : `; ${plural(faults.length, 'fault')}`}`,
      evidence: [],
      explanations: linkExplanations(faults),
    },
    [...openLinks({ drawn, unknown }), ...unshapedNotes(context.topology, context.endpoints)],
    performance.now() - startedAtMs,
  );
}

async function checkOwnLinks(context: CheckContext): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const { clock, topology } = context;
  const { membership, isFound, timeMs } = await awaitMembership(() => context, { timeoutMs: CONVERGENCE_MS, clock });
  const { open, ...judged } = judgeMembership({ kind: 'connected' }, membershipView(context, membership));
  const late = isFound ? [] : [`they had ${Math.round(timeMs / 1000)} s to find each other`];
  return {
    name: 'links',
    ...conclude({ ...judged, evidence: late }, [...open, ...unshapedNotes(topology, context.endpoints)]),
    timeMs: performance.now() - startedAtMs,
  };
}

/** What the lists of the peers are judged against. */
export function membershipView(context: CheckContext, membership: Membership): MembershipView {
  const { topology, graph } = context;
  return { membership, names: topology.peers.map(({ name }) => name), running: runningPeers(context), graph };
}

/** What is open where no link is drawn, or where no peer reports some, as reasons. */
export function openLinks({ drawn, unknown }: Pick<LinkSurvey, 'drawn' | 'unknown'>): string[] {
  return [
    ...(drawn === 0 ? ['no link is drawn'] : []),
    ...(unknown === 0 ? [] : [`${plural(unknown, 'link')} not known: the kinds of both ends have no members:`]),
  ];
}

/** The first few missing or unexpected links, as explanations. */
export function linkExplanations(faults: readonly LinkFault[]): Explanation[] {
  return faults.slice(0, MAX_EXPLANATIONS).map(({ detail: text, culprit }) => ({
    kind: 'link',
    ...(culprit === undefined ? {} : { culprit }),
    text,
  }));
}

/** Asks again while a link stands differently at its two ends, as it may for a moment. */
export async function surveyAtRest(lab: LinkedLab & Pick<CheckContext, 'clock'>): Promise<LinkSurvey> {
  const { clock } = lab;
  const untilMs = clock.nowMs() + HALF_OPEN_MS;
  for (;;) {
    const survey = await surveyLinks(lab);
    const isChanging = survey.faults.some(({ fault }) => fault === 'half' || fault === 'sessions-differ');
    if (!isChanging || clock.nowMs() > untilMs) return survey;
    await clock.until(clock.nowMs() + PAUSE_MS);
  }
}
