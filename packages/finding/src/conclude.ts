/** Makes findings. The verdict follows from what is known; nobody sets it by hand. */
import type { Finding, FindingFacts, Ruling } from './finding.ts';

/**
 * The finding on a claim that was tried. It failed when there is an explanation; else it is not proven when a part of
 * the claim is open; else it is proven.
 * @param open the parts of the claim that could not be tried or seen, and why, one sentence each
 */
export function conclude(facts: FindingFacts, open: readonly string[] = []): Finding {
  if (facts.explanations.length > 0) {
    return { ...facts, evidence: distinct([...facts.evidence, ...open]), verdict: 'failed' };
  }
  return { ...facts, ...rulingOf(open) };
}

/** The finding on a claim that was not tried at all. */
export function notTried(claim: string, expected: string, reason: string): Finding {
  return { claim, expected, observed: 'not tried', evidence: [], explanations: [], verdict: 'not-proven', reason };
}

/** Several findings as one: failed if one failed, proven only if there are some and all are proven. */
export function combine(claim: string, parts: readonly Finding[]): Finding {
  const open = parts.length === 0 ? ['there was nothing to try'] : parts.flatMap(reasonsOf);
  const facts: FindingFacts = {
    claim,
    expected: parts.map(({ expected }) => expected).join('; '),
    observed: parts.map(({ observed }) => observed).join('; '),
    evidence: parts.flatMap(({ evidence }) => evidence),
    explanations: parts.flatMap(({ explanations }) => explanations),
  };
  return conclude(facts, open);
}

function reasonsOf(finding: Finding): string[] {
  return finding.verdict === 'not-proven' ? [finding.reason] : [];
}

function rulingOf(open: readonly string[]): Ruling {
  return open.length === 0 ? { verdict: 'proven' } : { verdict: 'not-proven', reason: distinct(open).join('; ') };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
