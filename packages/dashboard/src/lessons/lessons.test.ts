/** What the lessons say is so: each scenario holds in a simulation, and the text's buttons fit the lesson's lab. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { runScenario } from '@peerlab/scenario';
import { parseTopology, type Topology } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';
import { LESSONS } from './lessons.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

function read(file: string): Topology {
  return parseTopology(readFileSync(root + file, 'utf8'), { file });
}

it('there are as many lessons as files', () => {
  expect(LESSONS.map(({ file }) => basename(file))).toEqual(readdirSync(`${root}topologies/lessons`).sort());
});

describe.each(LESSONS)('$title', ({ id, file, steps }) => {
  it('holds', async () => {
    const topology = read(file);
    expect(topology.name).toBe(id);
    if (topology.scenario === undefined) throw new Error(`${file} has no scenario`);
    const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: ['links'] });
    await using _ = lab;
    const result = await runScenario(lab, topology.scenario);
    expect(result.steps.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(result.steps.length).toBeGreaterThan(0);
  });

  it('names peers of its lab alone', () => {
    const names = new Set(read(file).peers.map(({ name }) => name));
    for (const { action } of steps) {
      const named = Object.entries(action ?? {}).flatMap(([key, value]) =>
        ['from', 'to', 'peer'].includes(key) ? [value] : key === 'groups' ? value.flat() : [],
      );
      for (const name of named) expect(names).toContain(name);
    }
  });
});
