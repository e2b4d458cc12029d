/**
 * Every claim that the lab proves is broken on purpose by one peer of a real lab: the run must fail, and name the peer,
 * the message and the hop.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalDriver } from '@peerlab/driver-local';
import { type BringUpResult, bringUp, type CheckName } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { afterAll, describe, expect, test } from 'vitest';

const TIME_LIMIT_MS = 60_000;
const PEER = fileURLToPath(import.meta.resolve('@peerlab/node/peer'));
const runtimeDirectory = mkdtempSync(join(tmpdir(), 'peerlab-saboteurs-'));
const driver = createLocalDriver({ peerProgram: [process.execPath, PEER], runtimeDirectory });

afterAll(() => rmSync(runtimeDirectory, { recursive: true, force: true }));

/** Two triangles joined by c-d: c and d are cut vertices, and there are two ways within a triangle. */
function topologyNamed(name: string): ReturnType<typeof parseTopology> {
  const text = `
name: ${name}
security: open
peers: [a, b, c, d, e, f]
links: [[a, b], [b, c], [c, a], [c, d], [d, e], [e, f], [f, d]]
`;
  return parseTopology(text, { file: 'saboteurs.yaml' });
}

async function runWith(saboteur: string, peer = 'd'): Promise<BringUpResult> {
  const program = fileURLToPath(import.meta.resolve(`@peerlab/saboteurs/${saboteur}`));
  const programs = { [peer]: ['node', program] };
  return await bringUp(topologyNamed(saboteur), driver, { ephemeral: true, programs });
}

function failed({ checks }: BringUpResult): CheckName[] {
  return checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
}

function explanations({ checks }: BringUpResult, name: CheckName): string[] {
  return checks
    .filter(check => check.name === name)
    .flatMap(({ explanations }) => explanations.map(({ text }) => text));
}

function culprits({ checks }: BringUpResult): Set<string | undefined> {
  return new Set(checks.flatMap(({ explanations }) => explanations.map(({ culprit }) => culprit)));
}

describe('a lab with a saboteur fails, and says who did what to which message at which hop', () => {
  test('none: the same lab passes', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await bringUp(topologyNamed('honest'), driver, { ephemeral: true });
    expect(failed(result)).toEqual([]);
    expect(result.passed).toBe(true);
    await result.lab.down();
  });

  test('drops-relays, at a cut vertex: messages are missed', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('drops-relays');
    await result.lab.down();
    expect(result.passed).toBe(false);
    expect(failed(result)).toEqual(['broadcast', 'ttl', 'dm']);
    expect(culprits(result)).toEqual(new Set(['d']));
    expect(explanations(result, 'broadcast')[0]).toMatch(
      /^e never received broadcast [0-9a-f]{8} of a, 3 hops away; d had it from c \(hop 2\) and treated its TTL as expired/,
    );
    expect(explanations(result, 'dm')[0]).toMatch(/never received direct message [0-9a-f]{8} of a to e \(TTL 3\)/);
  });

  test('drops-relays, where another path helps out: the frames give it away', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('drops-relays', 'b');
    await result.lab.down();
    expect(failed(result)).toContain('broadcast');
    expect(explanations(result, 'broadcast').join('\n')).toMatch(
      /b, which had it at hop \d from [ac], did not pass broadcast [0-9a-f]{8} of \w on to [ac]/,
    );
    expect(culprits(result)).toContain('b');
  });

  test('echoes', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('echoes');
    await result.lab.down();
    expect(failed(result)).toContain('broadcast');
    expect(culprits(result)).toEqual(new Set(['d']));
    expect(explanations(result, 'broadcast').join('\n')).toMatch(
      /d, which had it at hop \d from \w, sent broadcast [0-9a-f]{8} of \w back to \w/,
    );
  });

  test('delivers-twice', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('delivers-twice');
    await result.lab.down();
    expect(failed(result)).toEqual(['broadcast', 'ttl', 'dm']);
    expect(culprits(result)).toEqual(new Set(['d']));
    expect(explanations(result, 'broadcast')[0]).toMatch(/^d delivered broadcast [0-9a-f]{8} of a twice, at hop \d/);
  });

  test('ignores-ttl', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('ignores-ttl');
    await result.lab.down();
    expect(failed(result)).toEqual(['ttl', 'dm']);
    expect(culprits(result)).toEqual(new Set(['d']));
    expect(explanations(result, 'ttl').join('\n')).toMatch(
      /broadcast [0-9a-f]{8} of \w \(TTL \d\) reached \w at hop \d, .*beyond its TTL of \d; d \(hop \d\) received it with TTL (\d) and relayed it with TTL \1/,
    );
  });

  test('steals-dms', { timeout: TIME_LIMIT_MS }, async () => {
    const result = await runWith('steals-dms');
    await result.lab.down();
    expect(failed(result)).toEqual(['dm']);
    expect(culprits(result)).toEqual(new Set(['d']));
    expect(explanations(result, 'dm')[0]).toMatch(
      /^d delivered direct message [0-9a-f]{8} of \w to \w \(TTL \d\), which was only for \w, at hop \d/,
    );
  });
});
