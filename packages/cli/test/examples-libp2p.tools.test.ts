/** examples/libp2p-peer: another project's protocols, proven and compared. It installs its own dependencies. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installExample } from './install-example.ts';
import { ROOT, Surroundings } from './run-lab.ts';
import { compareSchema, faultSchema, upSchema, verifySchema } from './schemas.ts';

const EXAMPLE = join(ROOT, 'examples/libp2p-peer');
/** Beside the programs that it names. */
const HALF = join(EXAMPLE, `compare-half-${process.pid}.yaml`);
const around = new Surroundings();

beforeAll(async () => await installExample('libp2p-peer'), 300_000);
afterAll(async () => {
  rmSync(HALF, { force: true });
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describe('libp2p as a peer', { timeout: 120_000 }, () => {
  it('is proven with gossipsub, frames counted but not predicted, also after a peer was killed and is back', async () => {
    const { status, document } = await around.json([
      'up',
      join(EXAMPLE, 'ring.yaml'),
      '--name',
      'p2p',
      '--driver',
      'local',
    ]);
    const { passed, checks } = upSchema.parse(document);
    expect([status, passed]).toEqual([0, true]);
    const flood = checks.find(({ name }) => name === 'broadcast');
    expect(flood?.observed).toMatch(/30 of 30, each once; \d+ frames, not predicted$/);
    expect(flood?.evidence).toEqual([
      'own relaying rules of 6 peers: the cost of a broadcast is counted, not predicted',
    ]);
    await around.lab(['fault', 'kill', 'p2p', 'n1']);
    const healed = faultSchema.parse((await around.json(['fault', 'heal', 'p2p'])).document);
    expect(healed.recovery?.links).toBe(6);
    expect(verifySchema.parse((await around.json(['verify', 'p2p'])).document).passed).toBe(true);
  });

  it('is compared with flooding: the file of the example, on half as many peers', async () => {
    const whole = readFileSync(join(EXAMPLE, 'compare.yaml'), 'utf8');
    expect(whole).toContain(
      readFileSync(join(ROOT, 'topologies/random-regular-20.yaml'), 'utf8').split('\n').slice(-3).join('\n'),
    );
    writeFileSync(HALF, whole.replace('peers: 20', 'peers: 10'));
    const words = ['compare', HALF, '--driver', 'local', '--runs', '1', '--broadcasts', '20'];
    const { status, document } = await around.json(words);
    expect([status, document]).toEqual([0, expect.objectContaining({ variants: expect.anything() })]);
    const { variants } = compareSchema.parse(document);
    expect(variants.map(({ title, verdict }) => [title, verdict === 'failed'])).toEqual([
      ['peerlab', false],
      ['floodsub', false],
      ['gossipsub', false],
    ]);
    for (const { median } of variants) {
      expect(median).toMatchObject({ missing: 0, twice: 0 });
      // A spanning tree at the least; 2|E| - |V| + 1 = 21 when everybody floods, and few more where copies cross.
      expect(median.framesPerBroadcast).toBeGreaterThanOrEqual(9);
      expect(median.framesPerBroadcast).toBeLessThan(25);
    }
  });
});
