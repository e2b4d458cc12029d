/** A simulated run goes the same way whoever watches it: with artifacts, with a recording, with both, or with nobody. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { type Lab, type Recording, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { artifactsIn } from './artifacts.ts';
import type { LabObserver } from './lab-observer.ts';
import { testLab } from './test-lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerlab-watched-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Peers come and go, so that who watches turns to them again; the last step fails, so that artifacts are kept. */
const CHURN = `name: watched
topology: { generator: ring, peers: 8 }
defaults: { links: { latencyMs: { uniform: { min: 1, max: 40 } } } }
scenario:
  - broadcast: n0
  - parallel:
      - load: { rate: 40/s, duration: 1500ms }
      - { fault: { kill: n3, for: 400ms } }
      - { fault: { pause: n5, for: 300ms }, at: 200ms }
  - fault: { restart: n6 }
  - checks: [links, broadcast, ttl, dm]
  - broadcast: n1
    expect: { hops: 1 }
`;
const STEADY = 'name: watched\ntopology: { generator: ring, peers: 6 }\n';

/** As --record does. */
function recorder(lines: string[]): LabObserver {
  let recording: Recording | undefined;
  return {
    watch: async (lab: Lab) => {
      recording = await recordLab(lab, line => lines.push(line));
    },
    note: event => recording?.note(event),
    keep: async () => undefined,
    close: async () => await recording?.end(),
  };
}

/** As `lab watch` does, in a program: with the events of every copy. */
function watcher(events: string[]): LabObserver {
  const ending = new AbortController();
  return {
    watch: async (lab: Lab) => {
      const stream = lab.watch({ trace: true, signal: ending.signal });
      const first = stream.next();
      void (async () => {
        for (let next = await first; next.done !== true; next = await stream.next())
          events.push(next.value.event.event);
      })();
    },
    note: () => undefined,
    keep: async () => undefined,
    close: async () => ending.abort(),
  };
}

describe.each([
  ['with peers that come and go', CHURN, 'failed'],
  ['in peace', STEADY, 'passed'],
])('a run %s', (_, text, outcome) => {
  const run = async (observer?: LabObserver) => {
    const topology = parseTopology(text, { file: 'watched.yaml' });
    const report = await testLab('watched.yaml', topology, createSimulationDriver(), {
      ...(observer === undefined ? {} : { observer: () => observer }),
    });
    expect(report.outcome).toBe(outcome);
    return report;
  };

  it('has one trace, whoever watches', async () => {
    const { traceHash, steps } = await run();
    expect(traceHash).toMatch(/^[0-9a-f]{16}$/);
    const [lines, events]: [string[], string[]] = [[], []];
    const topology = parseTopology(text, { file: 'watched.yaml' });
    const bundle = artifactsIn(join(folder, outcome))(topology, createSimulationDriver());
    for (const observer of [bundle, recorder(lines), watcher(events)]) {
      const watched = await run(observer);
      expect(watched.traceHash).toBe(traceHash);
      expect(watched.steps.map(({ observed, atMs }) => [observed, atMs])).toEqual(
        steps.map(({ observed, atMs }) => [observed, atMs]),
      );
    }
    // They did watch: every copy was told.
    expect(lines.some(line => line.includes('"event":"sent"'))).toBe(true);
    expect(events).toContain('sent');
  });
});

it('artifacts hold a page that plays the trace, where one can be made', async () => {
  const topology = parseTopology(CHURN, { file: 'watched.yaml' });
  const observer = artifactsIn(join(folder, 'page'), { replayPage: trace => `<page>${trace}</page>` });
  const report = await testLab('watched.yaml', topology, createSimulationDriver(), { observer });
  const { artifacts = '' } = report;
  expect(report.replayPage).toBe(join(artifacts, 'replay.html'));
  const trace = readFileSync(join(artifacts, 'trace.jsonl'), 'utf8');
  expect(readFileSync(join(artifacts, 'replay.html'), 'utf8')).toBe(`<page>${trace}</page>`);
  const other = await testLab('watched.yaml', topology, createSimulationDriver(), {
    observer: artifactsIn(join(folder, 'none')),
  });
  expect(other.replayPage).toBeUndefined();
  expect(existsSync(join(other.artifacts ?? '', 'replay.html'))).toBe(false);
});
