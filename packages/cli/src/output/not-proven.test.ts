/** What is not proven never looks proven: in the steps, the last line, the documents, the tables and the reports. */
import type { ConformReport } from '@peerlab/conform';
import { conclude, notTried } from '@peerlab/finding';
import { type CheckFinding, CLOSING_STATES, checkFinding, checkLeftOut } from '@peerlab/lab';
import { describe, expect, test } from 'vitest';
import { readXml, schemaProblems } from '../../../scenario/src/testing/read-junit.ts';
import { comparisonChart } from './comparison-chart.ts';
import { comparisonRows } from './comparison-table.ts';
import { conformDocument, conformJUnit } from './conform-report.ts';
import { checkDocument } from './documents.ts';
import { checksText, MARKS } from './finding-text.ts';
import { createStepView } from './progress.ts';

const FACTS = { expected: '3 links, as drawn', observed: '3 of 3, as drawn', evidence: [], explanations: [] };
const LINKS = checkFinding('links', FACTS, [], 1.4);
const OPEN = checkFinding('dm', { ...FACTS, observed: 'no direct message was sent' }, ['no pair of peers'], 2.6);
const LEFT_OUT = checkLeftOut('ttl', 'left out by --check');

/** A step's closing line, as a pipe gets it. */
function lineOf(finding: CheckFinding): string {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const { name: step, verdict, observed: detail, timeMs } = finding;
  createStepView([step], stream).report({ step, state: CLOSING_STATES[verdict], detail, timeMs });
  return written.join('');
}

describe('what is not proven', () => {
  test('has a mark of its own on the terminal', () => {
    expect(new Set(Object.values(MARKS)).size).toBe(3);
    expect(lineOf(LINKS)).toMatch(/✔.* links {5}3 of 3, as drawn/);
    expect(lineOf(OPEN)).toMatch(/\?.* DM {8}no direct message was sent/);
    expect(lineOf(OPEN)).not.toContain('✔');
  });

  test('is counted in the last line, with its reason; what was left out too', () => {
    expect(checksText([LINKS])).toBe('1 claim proven');
    expect(checksText([LINKS, OPEN, LEFT_OUT])).toBe(
      '1 of 3 claims proven, 2 not proven: DM (no pair of peers); TTL (left out by --check)',
    );
  });

  test('says so in JSON', () => {
    expect(checkDocument(LINKS)).toMatchObject({ verdict: 'proven', timeMs: 1 });
    expect(checkDocument(OPEN)).toMatchObject({ verdict: 'not-proven', reason: 'no pair of peers', timeMs: 3 });
    for (const finding of [LINKS, OPEN, LEFT_OUT]) expect(checkDocument(finding)).not.toHaveProperty('passed');
  });

  test('is told apart in a comparison', () => {
    const median = { deliveriesPerSecond: 10, missing: 0, twice: 0 } as never;
    const results = (['proven', 'not-proven', 'failed'] as const).map(verdict => ({
      title: verdict,
      verdict,
      checks: [],
      runs: [],
      median,
    }));
    expect(comparisonRows(results).rows.map(([title, proven]) => [title, proven])).toEqual([
      ['proven', 'yes'],
      ['not-proven', '?'],
      ['failed', 'NO'],
    ]);
    const chart = comparisonChart('ring', results);
    expect([...chart.matchAll(/>10( \([a-z ]+\))?<\/text>/g)].map(([, note]) => note)).toEqual([
      undefined,
      ' (not proven)',
      ' (failed)',
    ]);
  });

  test('of a program is skipped in JUnit, with the reason', () => {
    const says = 'delivers a broadcast once';
    const kept = conclude({ claim: says, expected: says, observed: says, evidence: [], explanations: [] });
    const report: ConformReport = {
      program: 'peer.py',
      node: { name: 'peer', version: '1' },
      capabilities: [],
      passed: true,
      notes: [],
      clauses: [
        { id: 'broadcast.once', isAnnounced: true, timeMs: 1, ...kept },
        {
          id: 'ttl.horizon',
          isAnnounced: false,
          timeMs: 0,
          ...notTried('keeps TTL', 'keeps TTL', 'ttl not announced'),
        },
      ],
    };
    const xml = conformJUnit(report);
    expect(schemaProblems(readXml(xml))).toEqual([]);
    expect(xml).toContain('tests="2" failures="0" errors="0" skipped="1"');
    expect(xml).toContain('<skipped message="not proven: ttl not announced"/>');
    expect(conformDocument(report).clauses.map(({ verdict }) => verdict)).toEqual(['proven', 'not-proven']);
  });
});
