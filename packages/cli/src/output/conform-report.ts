/** What `lab conform` found, as a JSON document (docs/CLI.md says the same) and as JUnit. */
import type { ConformReport } from '@peerlab/conform';
import { type Finding, tallyOf } from '@peerlab/finding';

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
}

/** Makes the document. */
export function conformDocument({ program, node, capabilities, passed, clauses }: ConformReport): ConformDocument {
  return {
    program,
    node: node === undefined ? null : { name: node.name, version: node.version },
    capabilities,
    passed,
    clauses: clauses.map(clause => ({ ...clause, timeMs: Math.round(clause.timeMs) })),
  };
}

/** As JUnit: a test case for each clause; what is not proven is skipped. */
export function conformJUnit({ program, clauses }: ConformReport): string {
  const { failed: failures, notProven: skipped } = tallyOf(clauses);
  const totals = `tests="${clauses.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const cases = clauses.map(({ id, claim, verdict, reason = '', observed, evidence, timeMs }) => {
    const head = `    <testcase classname="conform.${id.split('.')[0]}" name="${xml(`${id}: ${claim}`)}" time="${(timeMs / 1000).toFixed(3)}"`;
    if (verdict === 'proven') return `${head}/>`;
    const inside =
      verdict === 'failed'
        ? `<failure message="${xml(observed)}">${xml([observed, ...evidence].join('\n'))}</failure>`
        : `<skipped message="${xml(`not proven: ${reason}`)}"/>`;
    return `${head}>\n      ${inside}\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${xml(`lab conform ${program}`)}" ${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Characters that XML 1.0 does not have are left out. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[<>&"']/g, found => `&#${found.charCodeAt(0)};`);
}
