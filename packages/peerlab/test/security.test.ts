/** Secured labs in virtual time: the same verdict and the same frames as an open one, over links that say what they are. */
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { verdictOf } from './verdict-of.ts';

const TEXT = '{ seed: 5, topology: { generator: torus, rows: 3, columns: 3 } }';

test('signed and sealed labs are proven, with the frames of an open one', { timeout: 60_000 }, async () => {
  const [open, signed, sealed] = await Promise.all(
    (['open', 'signed', 'sealed'] as const).map(async security => {
      const topology = parseTopology(TEXT, { file: 'torus.yaml', overrides: { name: security, security } });
      const { traceHash: _, ...verdict } = await verdictOf(topology, createSimulationDriver());
      const [links, ...others] = verdict.checks;
      expect(links?.observed).toBe(`18 of 18, as drawn${security === 'open' ? '' : `, ${security}`}`);
      return { ...verdict, checks: others };
    }),
  );
  expect(open?.passed).toBe(true);
  expect(signed).toEqual(open);
  expect(sealed).toEqual(open);
});

test('peers and links say how they are protected', async () => {
  const topology = parseTopology('{ security: sealed, peers: [a, b], links: [[a, b]] }', { file: 'two.yaml' });
  const { lab, passed } = await bringUp(topology, createSimulationDriver(), { ephemeral: true });
  expect(passed).toBe(true);
  const first = lab.endpoints[0]?.client;
  const { links } = (await first?.request({ command: 'neighbours' })) ?? { links: [] };
  expect(first?.info).toMatchObject({ security: 'sealed', publicKey: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(links).toMatchObject([{ security: 'sealed' }]);
  await lab.down();
});
