/** `lab compare` on real processes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Surroundings } from './run-lab.ts';
import { compareSchema, lsSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const RING = join(around.folder, 'ring-4.yaml');
writeFileSync(RING, 'topology: { generator: ring, peers: 4 }\n');
const FEW = ['--runs', '2', '--broadcasts', '500', '--driver', 'local'];

describe('lab compare', () => {
  it('measures each variant: frames and duplicates as the graph says, memory and processor time of real processes', async () => {
    const svg = join(around.folder, 'chart.svg');
    const words = ['compare', RING, '--vary', 'env.MODE=a,b', '--svg', svg, ...FEW];
    const { status, document } = await around.json(words);
    const { variants, ...rest } = compareSchema.parse(document);
    expect([status, rest]).toEqual([0, { topology: 'ring-4', driver: 'local' }]);
    expect(variants.map(({ title, verdict, runs }) => [title, verdict, runs.length])).toEqual([
      ['env.MODE=a', 'proven', 2],
      ['env.MODE=b', 'proven', 2],
    ]);
    for (const { median } of variants) {
      // 2|E| - |V| + 1 frames, of which |V| - 1 deliver.
      expect(median).toMatchObject({ framesPerBroadcast: 5, duplicatesPerBroadcast: 2, missing: 0, twice: 0 });
      expect(median.bytesPerBroadcast).toBeGreaterThan(5 * 64);
      expect(median.latencyMs?.p99).toBeGreaterThan(0);
      expect(median.memoryBytes).toBeGreaterThan(2 ** 20);
      expect(median.cpuUsPerDelivery).toBeGreaterThan(0);
    }
    expect(readFileSync(svg, 'utf8')).toContain('env.MODE=b');
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toEqual([]);
  });

  it('prints a table for people, and one in Markdown', async () => {
    const words = ['compare', RING, '--vary', 'env.MODE=a', '--runs', '1', '--broadcasts', '5', '--driver', 'local'];
    const text = await around.lab(words);
    expect(text.stdout).toMatch(/^ +proven +frames +bytes/);
    expect(text.stdout).toMatch(/^env\.MODE=a +yes +5 +/m);
    expect((await around.lab([...words, '-f', 'markdown'])).stdout).toMatch(/^\| env\.MODE=a \| yes \| 5 \|/m);
  });

  it.each([
    [[], 'nothing to compare'],
    [['--vary', 'latencyMs'], 'not NAME=VALUE,VALUE,…'],
    [['--vary', 'latencyMs=1,,2'], 'not NAME=VALUE,VALUE,…'],
    [['--vary', 'latencyMs=1,1'], 'duplicate value'],
    [['--vary', 'colour=red'], '"colour" cannot be varied'],
    [['--vary', 'lossRatio=2'], 'not a number from 0 to 1'],
  ])('refuses %j', async (words, says) => {
    const { status, stderr } = await around.lab(['compare', RING, ...words]);
    expect(status).toBeGreaterThan(1);
    expect(stderr).toContain(says);
  });
});
