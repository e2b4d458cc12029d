/**
 * The one shape of every result. A check, a scenario's step, a clause of the contract and a message all end in a Finding,
 * and every output (terminal, JSON, JUnit, Markdown, page) is made from it. conclude.ts makes findings.
 */
import type { Explanation } from './explanation.ts';

/**
 * - `proven`: the whole claim was tried, and what was observed is what was expected;
 * - `failed`: something else was observed; the explanations say what;
 * - `not-proven`: nothing else was observed, but a part of the claim could not be tried or seen; the reason says which.
 */
export type Verdict = 'proven' | 'failed' | 'not-proven';

/** A finding without its verdict. */
export interface FindingFacts {
  /** What is claimed, in a few words. */
  readonly claim: string;
  /** What the graph, the scenario or the contract says. */
  readonly expected: string;
  /** What was seen, in the same words. */
  readonly observed: string;
  /** What the verdict rests on, one line each: the sample that was taken, the lines that were exchanged. */
  readonly evidence: readonly string[];
  /** Why it failed, the first few; empty unless it failed. */
  readonly explanations: readonly Explanation[];
}

/** The verdict, and for a claim that is not proven the reason. */
export type Ruling =
  | { readonly verdict: 'proven' | 'failed'; readonly reason?: never }
  | { readonly verdict: 'not-proven'; readonly reason: string };

/** See the module's header. */
export type Finding = FindingFacts & Ruling;
