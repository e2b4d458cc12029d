/** Links in a scenario: as they are drawn, as the faults in force leave them, or how many. */

import { conclude } from '@peerlab/finding';
import type { Lab, LinkFault } from '@peerlab/lab';
import { linkExplanations, openLinks, plural, surveyAtRest, unshapedNotes } from '@peerlab/lab';
import { compares, type Expectation } from '@peerlab/topology';
import type { NestedFinding } from './step-finding.ts';
import { comparisonText } from './step-title.ts';

/**
 * Holds the links against what is expected of them.
 * @param isDown true for a peer that a fault keeps from running: its links may be there or not
 */
export async function judgeLinks(
  lab: Lab,
  wanted: NonNullable<Expectation['links']>,
  isDown: (peer: string) => boolean,
): Promise<NestedFinding> {
  const context = lab.contextFor({});
  const { drawn, up, unknown, faults } = await surveyAtRest(context);
  const observed = `${up} of ${drawn} links up`;
  if (typeof wanted === 'object') {
    const claim = `${comparisonText(wanted)} links up`;
    const text = `${plural(up, 'link')} up, not ${comparisonText(wanted)}`;
    const explanations = compares(wanted, up) ? [] : [{ kind: 'stated', text } as const];
    return { ...conclude({ claim, expected: claim, observed, evidence: [], explanations }), steps: [] };
  }
  const isLeft = wanted === 'as-left';
  const nameOf = new Map(lab.peers.map(({ nodeId, name }) => [nodeId, name]));
  const peerName = (peer: number): string => lab.topology.peers[peer]?.name ?? '';
  const isAway = (a: number, b: number): boolean =>
    context.whyCut(a, b) !== undefined || isDown(peerName(a)) || isDown(peerName(b));
  const away = isLeft ? lab.topology.links.filter(({ a, b }) => isAway(a, b)).length : 0;
  const wrong = faults.filter(({ fault, a, b }: LinkFault) => {
    if (!isLeft) return true;
    return fault !== 'cut' && !isDown(a) && !isDown(nameOf.get(b) ?? b);
  });
  const expected = isLeft && away > 0 ? `${drawn - away} links that the faults leave` : `${drawn} links, as drawn`;
  const facts = { claim: 'the links are as drawn', expected, observed, evidence: [] };
  const open = [...openLinks({ drawn, unknown }), ...unshapedNotes(context.topology, context.endpoints)];
  return { ...conclude({ ...facts, explanations: linkExplanations(wrong) }, open), steps: [] };
}
