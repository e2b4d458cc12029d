/** The shape of every result. Start at finding.ts. */
export { combine, conclude, notTried } from './conclude.ts';
export { EXPLANATION_KINDS, type Explanation, type ExplanationKind } from './explanation.ts';
export type { Finding, FindingFacts, Ruling, Verdict } from './finding.ts';
export { jsonText } from './json-text.ts';
export { decidedRuling, explanationSchema, findingFields, openRuling } from './schema.ts';
export { noneFailed, type Tally, tallyOf, tallyText, verdictOf } from './tally.ts';
