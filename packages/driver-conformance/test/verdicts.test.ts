/**
 * One verdict on every driver: each topology of topologies/ passes on the simulation, the same way twice; and small ones
 * give the same checks with the same numbers on processes and real sockets.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringUp, type CheckResult, type Driver } from '@peerlab/orchestrator';
import { createLocalDriver } from '@peerlab/orchestrator/drivers/local';
import { createSimulationDriver, type SimulationLab } from '@peerlab/orchestrator/drivers/simulation';
import { isLargeTopology, parseAnyTopology, parseTopology, type Topology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { PEER_BUNDLE } from './peer-bundle.ts';

const FOLDER = fileURLToPath(new URL('../../../topologies/', import.meta.url));
const FILES = readdirSync(FOLDER)
  .filter(file => file.endsWith('.yaml'))
  .map(file => parseAnyTopology(readFileSync(join(FOLDER, file)), { file }));
const TOPOLOGIES = FILES.filter((topology): topology is Topology => !isLargeTopology(topology));
const BOUND_MS = 60_000;

const directory = mkdtempSync(join(tmpdir(), 'peerlab-verdicts-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Verdict {
  /** Without the time that they took. */
  readonly checks: readonly Omit<CheckResult, 'timeMs'>[];
  readonly passed: boolean;
  readonly traceHash: string | undefined;
}

async function verdictOf(topology: Topology, driver: Driver): Promise<Verdict> {
  const { lab, checks, passed } = await bringUp(topology, driver, { ephemeral: true });
  const { simulation } = lab.running as Partial<SimulationLab>;
  const traceHash = simulation?.traceHash;
  await lab.down();
  return { checks: checks.map(({ timeMs: _, ...check }) => check), passed, traceHash };
}

describe.each(TOPOLOGIES.map(topology => [topology.name, topology] as const))('%s', (_, topology) => {
  it('passes every check on the simulation, and goes the same way twice', { timeout: BOUND_MS }, async () => {
    const first = await verdictOf(topology, createSimulationDriver());
    expect(first.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(await verdictOf(topology, createSimulationDriver())).toEqual(first);
  });
});

const small = TOPOLOGIES.filter(({ peers }) => peers.length <= 10);

describe.each(small.map(topology => [topology.name, topology] as const))('%s', (_, topology) => {
  it('gives the same checks with the same numbers on processes', { timeout: BOUND_MS }, async () => {
    const local = createLocalDriver({ peerProgram: [process.execPath, PEER_BUNDLE], runtimeDirectory: directory });
    const { checks } = await verdictOf(topology, createSimulationDriver());
    expect((await verdictOf(topology, local)).checks).toEqual(checks);
  });
});

describe('links with settings', () => {
  const shaped = (links: string, seed = 1): Topology =>
    parseTopology(
      `{ name: shaped, seed: ${seed}, topology: { generator: torus, rows: 4, columns: 4 }, defaults: { links: ${links} } }`,
      { file: 'shaped.yaml' },
    );
  const slow = '{ latencyMs: 50, jitterMs: 20, lossRatio: 0.1, bandwidthKbps: 100 }';

  it('change nothing of the verdict: a stream delays what it loses', { timeout: BOUND_MS }, async () => {
    const { passed, traceHash } = await verdictOf(shaped(slow), createSimulationDriver());
    expect(passed).toBe(true);
    expect((await verdictOf(shaped(slow), createSimulationDriver())).traceHash).toBe(traceHash);
    expect((await verdictOf(shaped(slow, 2), createSimulationDriver())).traceHash).not.toBe(traceHash);
  });

  it('hold for single links too', async () => {
    const topology = parseTopology(
      '{ name: two, peers: [a, b, c], links: [{ between: [a, b], latencyMs: 200 }, [b, c]] }',
      { file: 'two.yaml' },
    );
    const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
    // SYN, SYN and its answer, HELLO and its answer: four times the latency, and the poll before it.
    const { simulation } = lab.running as SimulationLab;
    expect(simulation.nowMs).toBeGreaterThanOrEqual(800);
    expect(simulation.nowMs).toBeLessThan(1200);
    await lab.down();
  });
});

describe('a peer that is killed', () => {
  it('is missed by its neighbours, and is dialled again by them once it is back', { timeout: BOUND_MS }, async () => {
    const driver = createSimulationDriver();
    const topology = parseTopology('{ name: line-4, topology: { generator: line, peers: 4 } }', { file: 'l.yaml' });
    const { lab } = await bringUp(topology, driver, { ephemeral: false });
    const running = lab.running as SimulationLab;
    await running.kill(1);
    expect(running.peers.map(({ state }) => state)).toEqual(['running', 'stopped', 'running', 'running']);
    const repaired = await bringUp(topology, driver, { ephemeral: false });
    expect(repaired.passed).toBe(true);
    await repaired.lab.down();
    await lab.close();
  });
});
