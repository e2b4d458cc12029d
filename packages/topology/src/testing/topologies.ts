/** Random topologies for property tests, such as a file can give: also with names that YAML could take for something else. */

import { type DrawnLinkSettings, QUANTITIES } from '@peerlab/conditions';
import fc from 'fast-check';
import { NAME_PATTERN } from '../file-schema.ts';
import type { PeerSettings, Topology } from '../model.ts';
import { MAX_LATENCY_MS, MAX_LOSS_RATIO } from '../startable.ts';

const names = fc.oneof(
  fc.stringMatching(NAME_PATTERN, { maxLength: 26 }).filter(name => name.length <= 26),
  fc.constantFrom(
    'null',
    'true',
    'false',
    'yes',
    'no',
    'on',
    'y',
    '0',
    '10',
    '007',
    '1e3',
    '0x1f',
    '0b1',
    '2026-01-01',
  ),
);

const latencies = fc.double({ min: 0, max: MAX_LATENCY_MS / 2, noNaN: true }).map(positiveZero);

const links: fc.Arbitrary<DrawnLinkSettings> = fc.record(
  {
    latencyMs: fc.oneof(latencies, fc.record({ there: latencies, back: latencies })),
    jitterMs: fc.integer({ min: 0, max: MAX_LATENCY_MS / 2 }),
    lossRatio: fc.double({ min: 0, max: MAX_LOSS_RATIO, noNaN: true }).map(positiveZero),
    bandwidthKbps: fc.integer({ min: 1, max: 1_000_000 }),
  },
  { requiredKeys: [] },
);

/** Values of variables: any text that a program can be given. */
const values = fc.string({ unit: 'binary' }).map(text => text.replaceAll('\0', '0'));

const peers: fc.Arbitrary<PeerSettings> = fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), values, { minKeys: 1 }).map(env => ({ env })),
  fc.string({ unit: 'binary', maxLength: 100 }).map(label => ({ label })),
);

/** See the module's header. Defaults are without settings of peers and links, which a file would merge into each. */
export function topologies(): fc.Arbitrary<Topology> {
  return fc.uniqueArray(names, { minLength: 1, maxLength: 8 }).chain(peerNames => {
    const pairs = peerNames.flatMap((_, a) => peerNames.slice(0, a).map((_, b) => [a, b] as const));
    return fc.record({
      name: names,
      seed: fc.integer({ min: 0, max: QUANTITIES.seed.max }),
      peers: fc.tuple(...peerNames.map(name => peers.map(settings => ({ name, settings })))),
      links: fc
        .subarray(pairs)
        .chain(chosen => fc.tuple(...chosen.map(([a, b]) => links.map(settings => ({ a, b, settings }))))),
      defaults: fc.record(
        { ttl: fc.integer({ min: 0, max: 65535 }), links: fc.constant({}), peers: fc.constant({}) },
        { requiredKeys: ['links', 'peers'] },
      ),
    });
  });
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
