/** What `lab conform` found, as a JSON document (docs/CLI.md says the same) and as JUnit. */
import type { ConformReport } from '@peerlab/conform';
import type { Finding } from '@peerlab/finding';
import { type JunitCase, junitDocument } from '@peerlab/scenario';

/** `lab conform`. */
export interface ConformDocument {
  /** The command line, or the image. */
  readonly program: string;
  /** What the peer calls itself; null when it never got ready. */
  readonly node: { readonly name: string; readonly version: string } | null;
  readonly capabilities: readonly string[];
  readonly passed: boolean;
  /** A finding for each clause; its evidence are the lines that led to a failure. */
  readonly clauses: readonly (Finding & {
    readonly id: string;
    /** False where the peer leaves the capability out. */
    readonly isAnnounced: boolean;
    readonly timeMs: number;
  })[];
  /** What breaks no clause, and was hardly meant so. */
  readonly notes: readonly string[];
}

/** Makes the document. */
export function conformDocument({
  program,
  node,
  capabilities,
  passed,
  clauses,
  notes,
}: ConformReport): ConformDocument {
  return {
    program,
    node: node === undefined ? null : { name: node.name, version: node.version },
    capabilities,
    passed,
    clauses: clauses.map(clause => ({ ...clause, timeMs: Math.round(clause.timeMs) })),
    notes,
  };
}

/** As JUnit: a test case for each clause; what is not proven is skipped. */
export function conformJUnit({ program, clauses }: ConformReport): string {
  const cases = clauses.map(({ id, claim, verdict, reason = '', observed, evidence, timeMs }): JunitCase => {
    const name = `${id}: ${claim}`;
    const classname = `peerlab.conform.${id.split('.')[0]}`;
    if (verdict === 'proven') return { name, classname, timeMs };
    const result =
      verdict === 'failed'
        ? ({ kind: 'failure', type: 'failed', message: observed, text: [observed, ...evidence].join('\n') } as const)
        : ({ kind: 'skipped', message: `not proven: ${reason}` } as const);
    return { name, classname, timeMs, result };
  });
  const timeMs = cases.reduce((sum, one) => sum + one.timeMs, 0);
  return junitDocument([{ name: `lab conform ${program}`, timeMs, cases }], timeMs);
}
