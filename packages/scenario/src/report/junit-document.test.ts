/** JUnit XML against the schema of Jenkins' xUnit plugin: see testing/read-junit.ts. */
import { expect, it } from 'vitest';
import { readXml, schemaProblems } from '../testing/read-junit.ts';
import { type JunitSuite, junitDocument } from './junit-document.ts';

const HOSTILE = 'a <b> & "c" \'d\' ]]>\u0007\ud800\uffff\n\t\u{1f600}';
const SUITES: readonly JunitSuite[] = [
  {
    name: HOSTILE,
    file: 'labs/ring.yaml',
    timeMs: 1_234_567.8,
    properties: { seed: '1', replay: HOSTILE },
    output: ['one', HOSTILE],
    cases: [
      { name: 'links', classname: 'peerlab.labs.ring', timeMs: 0 },
      { name: 'links', classname: 'peerlab.labs.ring', timeMs: 12.3456 },
      ...(['failure', 'error', 'skipped'] as const).map(kind => ({
        name: kind,
        classname: 'peerlab.labs.ring',
        timeMs: 1e7,
        result: { kind, message: HOSTILE, type: 'failed', text: HOSTILE },
      })),
    ],
  },
  { name: 'empty', timeMs: 0, cases: [] },
];

it('is what the schema of the xUnit plugin allows, whatever the texts', () => {
  const root = readXml(junitDocument(SUITES, 60_000));
  expect(schemaProblems(root)).toEqual([]);
  // The table itself refuses what the schema refuses.
  expect(schemaProblems(readXml('<testsuites skipped="1"><testcase file="x" name="y"/>z</testsuites>'))).toEqual([
    'testsuites has skipped',
    'testcase in testsuites',
    'text in testsuites: z',
    'testcase has file',
  ]);
});

it('counts its cases, and numbers those of one name', () => {
  const root = readXml(junitDocument(SUITES, 60_000));
  expect(Object.fromEntries(root.attributes)).toEqual({
    name: 'peerlab',
    tests: '5',
    failures: '1',
    errors: '1',
    time: '60.000',
  });
  const [suite] = root.children;
  expect([suite?.attributes.get('skipped'), suite?.attributes.get('time')]).toEqual(['1', '1234.568']);
  const names = suite?.children.filter(({ name }) => name === 'testcase').map(one => one.attributes.get('name'));
  expect(names).toEqual(['links', 'links (2)', 'failure', 'error', 'skipped']);
});

it('has no suites at all without labs', () => {
  expect(schemaProblems(readXml(junitDocument([], 0)))).toEqual([]);
});
