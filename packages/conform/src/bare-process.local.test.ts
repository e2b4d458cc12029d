/** A start script and whatever it starts end together. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownProcesses, STARTER_VARIABLE, thisProcess, writeIdentity } from '@peerlab/driver';
import { afterAll, describe, expect, test } from 'vitest';
import { BareProcess } from './bare-process.ts';

const PEER = fileURLToPath(new URL('../../driver/fixtures/minimal-peer.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bare-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = writeIdentity(thisProcess());
const left = (): number => ownProcesses(environment => environment.get(STARTER_VARIABLE) === own).length;

/** A peer behind a shell that stays, with two more processes beside it: one of them leaves the group. */
function startScript(): string[] {
  const script = join(folder, 'run.sh');
  writeFileSync(script, `sleep 1000 &\nsetsid sleep 1000 &\n"${process.execPath}" "${PEER}"\nexit $?\n`);
  return ['sh', script];
}

describe.skipIf(own === '')('a start script', () => {
  const kind = { name: 'own', folder, command: startScript() };

  test('leaves nothing behind once it is done with', async () => {
    {
      await using started = await BareProcess.start(kind, false, 10_000);
      started.endInput();
      expect(await started.ended(200)).toBeUndefined();
      expect(left()).toBe(4);
    }
    expect(left()).toBe(0);
  });

  test('leaves nothing behind when it never says ready', async () => {
    const silent = { ...kind, command: ['sh', '-c', 'sleep 1000 & sleep 1000'] };
    await expect(BareProcess.start(silent, true, 200)).rejects.toThrow('did not say ready');
    expect(left()).toBe(0);
  });

  test('passes a signal on to what it has started', async () => {
    await using started = await BareProcess.start(kind, true, 10_000);
    started.signal('SIGTERM');
    expect(await started.ended()).toBeDefined();
    // The shell may be gone before the others, which end by the same signal.
    await expect.poll(left, { timeout: 10_000, message: 'only what left the group stays' }).toBe(1);
  });
});
