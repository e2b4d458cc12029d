/** Whether a peer keeps the contract, clause by clause. Start at conform.ts. */
export type { ClauseFinding } from './clause.ts';
export { CLAUSES, type ConformReport, conform, NOT_READY } from './conform.ts';
