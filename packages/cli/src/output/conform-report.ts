/** What `lab conform` found, as a JSON document (docs/CLI.md says the same) and as JUnit. */
import type { ClauseResult, ConformReport } from '@peerlab/conform';

/** `lab conform`. */
export interface ConformDocument {
  /** The command line, or the image. */
  readonly program: string;
  /** What the peer calls itself; null when it never got ready. */
  readonly node: { readonly name: string; readonly version: string } | null;
  readonly capabilities: readonly string[];
  readonly passed: boolean;
  readonly clauses: readonly {
    readonly id: string;
    readonly says: string;
    readonly outcome: ClauseResult['outcome'];
    readonly why?: string;
    readonly exchange: readonly string[];
    readonly timeMs: number;
  }[];
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

/** As JUnit: a test case for each clause; what was not tried or announced is skipped. */
export function conformJUnit({ program, clauses }: ConformReport): string {
  const count = (outcomes: readonly ClauseResult['outcome'][]): number =>
    clauses.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const [failures, skipped] = [count(['fails']), count(['not-announced', 'not-tried'])];
  const totals = `tests="${clauses.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const cases = clauses.map(({ id, says, outcome, why = '', exchange, timeMs }) => {
    const head = `    <testcase classname="conform.${id.split('.')[0]}" name="${xml(`${id}: ${says}`)}" time="${(timeMs / 1000).toFixed(3)}"`;
    if (outcome === 'holds') return `${head}/>`;
    const lines = [why, ...exchange].join('\n');
    const inside =
      outcome === 'fails'
        ? `<failure message="${xml(why)}">${xml(lines)}</failure>`
        : `<skipped message="${xml(why)}"/>`;
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
