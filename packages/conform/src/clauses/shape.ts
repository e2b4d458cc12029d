/** What "shape" promises: settings are kept, and what is sent obeys them. */
import type { LinkShape } from '@peerlab/conditions';
import type { PeerEvent } from '@peerlab/contract';
import { LabError } from '@peerlab/driver';
import type { Clause } from '../clause.ts';
import { ClauseLeftOut, hold } from '../clause-errors.ts';
import type { Stage } from '../stage.ts';

/** Long beside anything that a busy machine does, and short to wait for, in milliseconds. */
const DELAY_MS = 300;

/** A frame of this many bytes takes at least {@link DELAY_MS} at {@link SLOW_KBPS}. */
const SLOW_BYTES = 3000;
const SLOW_KBPS = 80;

/** Messages that are timed, one after the other. */
const TRIES = 3;

/** In the order in which they are tried. */
export const SHAPE_CLAUSES: readonly Clause[] = [
  {
    id: 'shape.told',
    says: 'keeps and reports the settings of shape, and clears them on request',
    on: 'line',
    needs: ['shape'],
    run: async stage => {
      await stage.linked();
      const peer = stage.idOf(1);
      const { client } = stage.peer(0);
      const set = await client.request({ command: 'shape', links: [{ peer, settings: { latencyMs: 5 } }] });
      const told = await client.request({ command: 'shape' });
      for (const { links } of [set, told]) {
        const [link] = links;
        hold(links.length === 1 && link?.peer === peer, `it reports ${JSON.stringify(links)}`);
        hold(link.settings.latencyMs === 5, `it reports the settings ${JSON.stringify(link.settings)}`);
      }
      const { links } = await client.request({ command: 'shape', links: [{ peer, settings: null }] });
      hold(links.length === 0, `after clearing them, it reports ${JSON.stringify(links)}`);
    },
  },
  {
    id: 'shape.down',
    says: 'cuts a link when shape sets it down, and redials it when that is lifted',
    on: 'line',
    needs: ['shape'],
    run: async stage => {
      await stage.linked();
      const set = async (settings: { down: true } | null): Promise<void> => {
        for (const [i, other] of [
          [0, 1],
          [1, 0],
        ] as const) {
          const links = [{ peer: stage.idOf(other), settings }];
          await stage.peer(i).client.request({ command: 'shape', links });
        }
      };
      await set({ down: true });
      await stage.awaits(0, 1, false);
      await stage.awaits(1, 0, false);
      await set(null);
      await stage.awaits(0, 1, true);
      await stage.awaits(1, 0, true);
    },
  },
  {
    id: 'shape.latency',
    says: `delays what it sends by the latency that shape sets: ${DELAY_MS} ms`,
    on: 'line',
    needs: ['shape'],
    run: async stage => {
      const tookMs = await shaped(stage, { latencyMs: DELAY_MS }, async () => await leastTime(stage, 'delayed'));
      hold(tookMs >= DELAY_MS, `n1 received it after ${Math.round(tookMs)} ms`);
    },
  },
  {
    id: 'shape.bandwidth',
    says: `sends no faster than the bandwidth that shape sets: ${SLOW_BYTES} bytes at ${SLOW_KBPS} kbit/s`,
    on: 'line',
    needs: ['shape'],
    run: async stage => {
      const send = async (): Promise<number> => await leastTime(stage, 'x'.repeat(SLOW_BYTES));
      const tookMs = await shaped(stage, { bandwidthKbps: SLOW_KBPS }, send);
      hold(tookMs >= DELAY_MS, `n1 received it after ${Math.round(tookMs)} ms`);
    },
  },
  {
    id: 'shape.loss',
    says: 'loses what it sends as shape says: every message at a loss of 1 and delivery datagram',
    on: 'line',
    needs: ['shape'],
    run: async stage => await holdsBack(stage, { lossRatio: 1, delivery: 'datagram' }),
  },
  {
    id: 'shape.mute',
    says: 'sends no message to a peer that shape mutes, and keeps the link',
    on: 'line',
    needs: ['shape'],
    run: async stage => await holdsBack(stage, { mute: true }),
  },
];

/** A message of n0 does not reach n1 under the settings, and one does without them; the link is the same throughout. */
async function holdsBack(stage: Stage, settings: LinkShape): Promise<void> {
  const { session } = await stage.connect(0, 1);
  const held = await shaped(stage, settings, async () => await stage.broadcast(0, 'held back'));
  hold(held.received[1]?.length === 0, 'n1 received a message nevertheless');
  const { received } = await stage.broadcast(0, 'let go');
  hold(received[1]?.length === 1, `without the setting, n1 received a message ${received[1]?.length} times`);
  const link = (await stage.links(0)).find(({ peer }) => peer === stage.idOf(1));
  hold(link?.session === session, 'the link n0-n1 did not stay');
}

/** What is measured while n0 sends to n1 under these settings. @throws {ClauseLeftOut} where it does not support them */
async function shaped<T>(stage: Stage, settings: LinkShape, measure: () => Promise<T>): Promise<T> {
  await stage.linked();
  const { client } = stage.peer(0);
  const peer = stage.idOf(1);
  try {
    await client.request({ command: 'shape', links: [{ peer, settings }] });
  } catch (error) {
    const isLeftOut = error instanceof LabError && error.details.peerCode === 'not-supported';
    if (isLeftOut) throw new ClauseLeftOut(`shape is announced, but not ${Object.keys(settings).join(' and ')}`);
    throw error;
  }
  try {
    return await measure();
  } finally {
    await client.request({ command: 'shape', links: [{ peer, settings: null }] });
  }
}

/** The shortest of some: a machine that is held up makes one slow, and none fast. */
async function leastTime(stage: Stage, payload: string): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let n = 0; n < TRIES; n++) leastMs = Math.min(leastMs, await timeToArrive(stage, payload));
  return leastMs;
}

/** Milliseconds from the command to a broadcast of n0 until n1 delivers it. */
async function timeToArrive(stage: Stage, payload: string): Promise<number> {
  const far = stage.peer(1);
  const before = far.events('received').length;
  const startedAtMs = performance.now();
  await stage.peer(0).client.request({ command: 'broadcast', payload });
  const arrived = (): PeerEvent | undefined => far.events('received')[before];
  await far.until(arrived, 'no received event');
  return performance.now() - startedAtMs;
}
