/** Runs a program of the catalogue as it ships, its whole scenario, and tells what was proven step by step. */
import { claimsOf } from '@peerlab/scenario';
import type { Surroundings } from './run-lab.ts';
import { testSchema } from './schemas.ts';

/** What came of it. */
export interface ExampleRun {
  /** The exit status of `lab test`. */
  readonly status: number | null;
  /**
   * Each claim after its verdict: `proven: kill n5`, of an expectation with what was seen: `proven: expect: 30 of 30 pairs`. Of one
   * that is not proven also why.
   */
  readonly claims: readonly string[];
}

/** @param file from the project's root. @throws {Error} where the lab did not come up, or was not brought to its end */
export async function runExample(around: Surroundings, file: string, driver: 'docker' | 'local'): Promise<ExampleRun> {
  const { status, document } = await around.json(['test', file, '--driver', driver]);
  const [lab] = testSchema.parse(document).labs;
  if (lab === undefined || lab.error !== undefined) throw new Error(`${file}: ${JSON.stringify(lab?.error)}`);
  const claims = claimsOf(lab.steps).map(({ verdict, claim, kind, observed, reason, explanations, evidence }) => {
    const seen = kind === 'expect' || verdict !== 'proven' ? [observed] : [];
    const why = verdict === 'proven' ? [] : [reason ?? '', ...explanations.map(({ text }) => text), ...evidence];
    return [`${verdict}: ${claim}`, ...seen, ...why].join(': ');
  });
  return { status, claims };
}
