/** Links: "connect", "neighbours", and the events that report them. */
import type { NeighbourInfo } from '@peerlab/contract';
import { pause } from '@peerlab/timers';
import type { Clause } from '../clause.ts';
import { ClauseLeftOut, hold } from '../clause-errors.ts';
import { eventsOf } from '../peer-under-test.ts';
import type { Stage } from '../stage.ts';

/** How often the two ends are looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** How many times as long as for anything else a peer may take to find a neighbour again that was started anew: dials back off. */
const REDIAL_BOUNDS = 6;

/** In the order in which they are tried. */
export const LINK_CLAUSES: readonly Clause[] = [
  {
    id: 'connect.link',
    says: 'answers connect, once the link is up, with the peer at the other end',
    on: 'line',
    run: async stage => {
      const { peer, session } = await stage.connect(0, 1);
      hold(peer === stage.idOf(1), `n0 says that it linked to ${peer}; n1 is ${stage.idOf(1)}`);
      hold(session !== '', 'the session has no name');
      const has = (await stage.links(0)).some(link => link.peer === peer);
      hold(has, 'n0 answered connect but does not list the link');
    },
  },
  {
    id: 'connect.again',
    says: 'answers connect to a neighbour with the existing link',
    on: 'line',
    run: async stage => {
      await stage.linked();
      const [first, second] = [await stage.connect(0, 1), await stage.connect(0, 1)];
      hold(first.session === second.session, `the sessions are ${first.session} and ${second.session}`);
      const links = (await stage.links(0)).filter(({ peer }) => peer === stage.idOf(1));
      hold(links.length === 1, `n0 lists ${links.length} links to n1`);
    },
  },
  {
    id: 'neighbours.both',
    says: 'lists one link per neighbour, with the same session at both ends and direction out if it dialled',
    on: 'line',
    run: async stage => {
      await stage.linked();
      const [ends, middle] = [[await stage.links(0), await stage.links(2)], await stage.links(1)];
      hold(middle.length === 2, `n1 lists ${middle.length} links, not 2`);
      for (const [i, links] of ends.entries()) {
        const name = `n${2 * i}`;
        hold(links.length === 1, `${name} lists ${links.length} links, not 1`);
        const other = middle.find(({ peer }) => peer === stage.idOf(2 * i));
        hold(other !== undefined, `n1 does not list ${name}`);
        hold(
          other.session === links[0]?.session,
          `the link ${name}-n1 has two sessions: ${links[0]?.session}, ${other.session}`,
        );
        hold(other.direction !== links[0]?.direction, `both ends of ${name}-n1 say ${other.direction}`);
      }
      hold(ends[0]?.[0]?.direction === 'out', 'n0 dialled n1 but does not say out');
    },
  },
  {
    id: 'connect.twins',
    says: 'keeps one link, the same at both ends, when two peers dial each other at once',
    on: 'ring',
    ends: true,
    run: async stage => {
      for (const [a, b] of [
        [0, 1],
        [1, 2],
        [2, 0],
      ] as const) {
        const [there, back] = await Promise.all([stage.connect(a, b), stage.connect(b, a)]);
        hold(there.peer === stage.idOf(b), `n${a} says that it linked to ${there.peer}; n${b} is ${stage.idOf(b)}`);
        hold(back.peer === stage.idOf(a), `n${b} says that it linked to ${back.peer}; n${a} is ${stage.idOf(a)}`);
        await holdOneLink(stage, a, b);
      }
    },
  },
  {
    id: 'links.told',
    says: 'reports a new link with link-up at both ends, with the same session',
    on: 'ring',
    run: async stage => {
      const { session } = await stage.connect(0, 1);
      await tellsOfLinks(stage);
      for (const i of [0, 1]) {
        const peer = stage.peer(i);
        const event = await peer.until(
          () => peer.events('link-up').find(found => found.session === session),
          `no link-up of the session ${session}`,
        );
        hold(event.peer === stage.idOf(1 - i), `n${i} says link-up with ${event.peer}`);
        const direction = i === 0 ? 'out' : 'in';
        hold(event.direction === direction, `n${i} says ${event.direction}, not ${direction}`);
      }
    },
  },
  {
    id: 'connect.redial',
    says: 'redials a neighbour that was lost and is back',
    on: 'line',
    ends: true,
    run: async stage => {
      const boundMs = REDIAL_BOUNDS * stage.boundMs;
      await stage.linked();
      await stage.running.kill(1);
      await stage.awaits(0, 1, false, boundMs);
      await stage.running.start(1);
      await stage.awaits(0, 1, true, boundMs);
    },
  },
  {
    id: 'links.down',
    says: 'reports a lost neighbour with link-down and no longer lists it',
    on: 'line',
    ends: true,
    run: async stage => {
      await stage.linked();
      const id = stage.idOf(2);
      await stage.peer(2).client.request({ command: 'stop' });
      await stage.awaits(1, 2, false);
      await tellsOfLinks(stage);
      const peer = stage.peer(1);
      await peer.until(() => peer.events('link-down').find(event => event.peer === id), 'no link-down of n2');
    },
  },
];

/** Which of two links stays is settled a moment after both dials are answered. */
async function holdOneLink(stage: Stage, a: number, b: number): Promise<void> {
  const giveUpMs = performance.now() + stage.boundMs;
  for (;;) {
    const [there, back] = [linksTo(await stage.links(a), stage.idOf(b)), linksTo(await stage.links(b), stage.idOf(a))];
    const isOne = there.length === 1 && back.length === 1 && there[0]?.session === back[0]?.session;
    if (isOne) return;
    const seen = `n${a} lists ${inWords(there)} to n${b}, n${b} ${inWords(back)} to n${a}`;
    hold(performance.now() < giveUpMs, `${stage.boundMs} ms after both dialled, ${seen}`);
    await pause(LOOK_AGAIN_MS);
  }
}

function linksTo(links: readonly NeighbourInfo[], id: string): readonly NeighbourInfo[] {
  return links.filter(({ peer }) => peer === id);
}

function inWords(links: readonly NeighbourInfo[]): string {
  const sessions = links.map(({ direction, session }) => `${direction} ${session}`).join(', ');
  return `${links.length} ${links.length === 1 ? 'link' : 'links'}${sessions === '' ? '' : ` (${sessions})`}`;
}

/** @throws {ClauseLeftOut} for a peer that has links, and says so at neither end: these events may be left out */
async function tellsOfLinks(stage: Stage): Promise<void> {
  // The two that run to the end; what they wrote before this reply has been read by now.
  await Promise.all([stage.links(0), stage.links(1)]);
  const tells = [stage.peer(0), stage.peer(1)].some(({ all }) =>
    eventsOf(all).some(({ event }) => event.startsWith('link-')),
  );
  if (!tells) throw new ClauseLeftOut('no link-up event: the lab cannot show links live');
}
