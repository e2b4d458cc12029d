import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { diagnoseFleet, diagnoseNeighbours } from './diagnose-fleet.ts';
import { openFleet } from './open-fleet.ts';

it('has a row for each engine of several: what it is, and what is wrong', async () => {
  await using a = await FakeEngine.start();
  await using b = await FakeEngine.start();
  await using gone = await FakeEngine.start();
  gone.die();
  const fleet = await openFleet(
    [
      { name: 'a', endpoint: `unix://${a.socketPath}` },
      { name: 'b', endpoint: `unix://${b.socketPath}` },
      { name: 'c', endpoint: `unix://${gone.socketPath}` },
    ],
    5000,
  );
  const rows = await diagnoseFleet(fleet);
  expect(rows.map(({ what, ok }) => [what, ok])).toEqual([
    ['engine a', true],
    ['engine b', true],
    ['engine c', false],
  ]);
  expect(rows[0]?.detail).toMatch(/^Docker .*, \d+ cores, 8\.0 GiB, answers within [\d.]+ ms, in no Swarm$/);
  expect(rows[2]?.detail).toContain('engine c');
  expect(await diagnoseFleet(await openFleet([{ name: 'a', endpoint: `unix://${a.socketPath}` }], 5000))).toEqual([]);
});

it('tells for how many links the neighbours of this machine are enough', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neighbours-'));
  const path = join(folder, 'gc_thresh3');
  writeFileSync(path, '1024\n');
  const local = await openFleet([{ name: 'a', endpoint: 'unix:///a.sock' }], 5000);
  expect(diagnoseNeighbours(local, path)[0]?.detail).toMatch(/keeps 1024: enough for about 500 links .*=8192$/);
  expect(diagnoseNeighbours(local, join(folder, 'none'))).toEqual([]);
  const away = await openFleet([{ name: 'a', endpoint: 'ssh://user@host' }], 5000);
  expect(diagnoseNeighbours(away, path)).toEqual([]);
  rmSync(folder, { recursive: true });
});
