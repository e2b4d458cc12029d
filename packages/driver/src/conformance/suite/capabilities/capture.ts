/** Labs that announce `capture`: what peers send each other is recorded, and the capture ends whole. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import { linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

/** What is sent: more than everything else that peers say in the meantime. */
const PAYLOAD = 'x'.repeat(50_000);

/** Declares this part of the suite. */
export function describeCapture(bench: Workbench): void {
  const { linked } = linkedPairs(bench);

  describe('capture', () => {
    it('records what peers send each other, from the start to the stop', async () => {
      const { lab, talks } = await linked();
      const capture = await requireCapability(lab, 'capture').capture([0, 1]);
      const files = capture.streams.map(async ({ bytes, peers }) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of bytes) chunks.push(chunk);
        return { peers, file: Buffer.concat(chunks) };
      });
      const { id } = await talks[0].ask({ command: 'broadcast', payload: PAYLOAD });
      await talks[1].event('received', event => event.id === id);
      await capture.stop();
      await capture.stop();
      const seen = await Promise.all(files);
      expect(seen.flatMap(({ peers }) => peers).sort()).toEqual([0, 1]);
      for (const { file } of seen) {
        // The magic number of pcap-savefile(5), with nanoseconds.
        expect(file.readUInt32LE(0)).toBe(0xa1b23c4d);
        expect(file.length).toBeGreaterThan(PAYLOAD.length);
        expect(file.includes('x'.repeat(500))).toBe(true);
      }
      for (const { ended } of capture.streams) expect(await ended).toEqual({ droppedPackets: 0 });
    });

    it('refuses a stopped peer, and a peer outside the topology', async () => {
      await expectPeerErrors(bench, lab => [async index => await requireCapability(lab, 'capture').capture([index])]);
    });
  });
}
