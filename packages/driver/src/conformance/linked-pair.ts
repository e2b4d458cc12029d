/** Two linked peers, and what the tests of operations look at. */
import type { PeerEvent } from '@peerlab/contract';
import type { PeerFacts } from '../facts.ts';
import { clockOf } from '../lab-clock.ts';
import type { ChannelEnd } from '../peer-channel.ts';
import type { RunningLab } from '../running-lab.ts';
import type { Conversation } from './conversation.ts';
import { eventually, within } from './eventually.ts';
import type { Wish, Workbench } from './workbench.ts';

/** More than a link takes to be found dead, where nothing is set: 15 s of silence, then 10 s for an answer. */
const LIVENESS_MS = 30_000;

/** A lab of two peers with a link, and a talk with each. */
export interface LinkedPair {
  readonly lab: RunningLab;
  readonly talks: [Conversation, Conversation];
}

/** The tools of such tests. */
export interface LinkedPairs {
  linked(wish?: Pick<Wish, 'ephemeral' | 'isAlert'>): Promise<LinkedPair>;
  stateOf(lab: RunningLab, index: number): Promise<PeerFacts['state'] | undefined>;
  isLinked(talk: Conversation): Promise<boolean>;
  linkIsBack(talk: Conversation): Promise<unknown>;
  ended(talk: Conversation): Promise<ChannelEnd>;
  /** Until an event is there; where the lab's time is its own, that passes meanwhile. */
  found(lab: RunningLab, talk: Conversation, event: 'link-down'): Promise<PeerEvent>;
}

/** Makes the tools. */
export function linkedPairs(bench: Workbench): LinkedPairs {
  const isLinked = async (talk: Conversation): Promise<boolean> =>
    (await talk.ask({ command: 'neighbours' })).links.length > 0;
  return {
    async linked(wish = {}) {
      const lab = await bench.up(bench.plan({ peers: 2, ...wish }));
      const talks: [Conversation, Conversation] = [await bench.talk(lab, 0), await bench.talk(lab, 1)];
      for (const talk of talks) await talk.event('ready');
      await connect(talks[0], lab.peers[1]);
      await talks[1].event('link-up');
      return { lab, talks };
    },
    stateOf: async (lab, index) => (await lab.survey())[index]?.state,
    isLinked,
    linkIsBack: talk =>
      eventually('the link to be there again', bench.patienceMs, async () => (await isLinked(talk)) || undefined),
    ended: talk => within('the channel to close', bench.patienceMs, talk.channel.closed),
    found: async (lab, talk, event) =>
      await eventually(`the event '${event}'`, LIVENESS_MS + bench.patienceMs, async () => {
        await passIfVirtual(lab, 1000);
        return talk.events.find(heard => heard.event === event);
      }),
  };
}

/** Advances the time of a lab with its own clock; elsewhere it passes by itself. */
export async function passIfVirtual(lab: RunningLab, timeMs: number): Promise<void> {
  const clock = clockOf(lab);
  if (clock.isVirtual) await clock.until(clock.nowMs() + timeMs);
}

/** Has a peer dial another. */
export function connect(
  from: Conversation,
  to: PeerFacts | undefined,
): Promise<{ readonly peer: string; readonly session: string }> {
  if (to === undefined) throw new Error('no such peer to connect to');
  return from.ask({ command: 'connect', host: to.address, port: to.port });
}
