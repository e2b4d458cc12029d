/** The error that names a breach of the peer contract: which peer, which line, and what is wrong with it. */
import { LabError } from './lab-error.ts';

/** Characters of a broken line that its error shows. */
const SHOWN_CHARACTERS = 200;

/** A line that breaks the contract. */
export interface BrokenLine {
  readonly text: string;
  readonly problem: string;
}

/** The error `CONTRACT_BROKEN` about a line of a peer. @param details what else a program should know, such as the log */
export function breachOf(
  peer: string,
  { text, problem }: BrokenLine,
  details: Readonly<Record<string, unknown>> = {},
): LabError {
  const line = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return new LabError('CONTRACT_BROKEN', `${peer} broke the peer contract: ${problem}; the line: ${line}`, {
    advice: 'lab conform tests a peer against the contract, clause by clause',
    details: { ...details, peer, problem, line },
  });
}
