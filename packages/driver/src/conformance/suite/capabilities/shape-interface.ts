/** Labs that announce `shapeInterface`: the kernel paces what a peer sends. A rate alone needs no netem of the kernel. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import { linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

/** What is sent: half a second at the rate, and several times what a token bucket lets through at once. */
const PAYLOAD = 'x'.repeat(62_500);
const RATE_KBPS = 1000;

/** Declares this part of the suite. */
export function describeShapeInterface(bench: Workbench): void {
  const { linked } = linkedPairs(bench);

  describe('shapeInterface', () => {
    it('paces what a peer sends, until it is lifted', async () => {
      const { lab, talks } = await linked();
      const [from, to] = talks;
      const shaping = requireCapability(lab, 'shapeInterface');
      const timeOf = async (): Promise<number> => {
        const startedAtMs = performance.now();
        const { id } = await from.ask({ command: 'broadcast', payload: PAYLOAD });
        await to.event('received', event => event.id === id);
        return performance.now() - startedAtMs;
      };
      await shaping.shapeInterface(0, { bandwidthKbps: RATE_KBPS });
      const paced = await timeOf();
      // The bucket's burst goes at once; what is left takes (62,500 - 16,384) bytes * 8 / 1,000 kbit/s.
      expect(paced).toBeGreaterThan(300);
      await shaping.shapeInterface(0, null);
      await shaping.shapeInterface(0, null);
      expect(await timeOf()).toBeLessThan(paced);
    });

    it('refuses a stopped peer, and a peer outside the topology', async () => {
      await expectPeerErrors(bench, lab => [
        async index =>
          await requireCapability(lab, 'shapeInterface').shapeInterface(index, { bandwidthKbps: RATE_KBPS }),
      ]);
    });
  });
}
