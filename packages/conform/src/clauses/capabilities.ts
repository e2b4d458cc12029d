/** What a peer may announce beyond messages: "counters", "trace and history", "disconnect", "shape", "ping". */
import { v4 } from 'uuid';
import type { Clause } from '../clause.ts';
import { hold } from '../clause-errors.ts';

/** In the order in which they are tried. */
export const CAPABILITY_CLAUSES: readonly Clause[] = [
  {
    id: 'counters.agree',
    says: 'counts the frames sent and received on each link, so that both ends agree at rest',
    on: 'line',
    needs: ['counters'],
    run: async stage => {
      await stage.linked();
      const { id } = await stage.broadcast(0, 'counted');
      const [near, far] = await Promise.all(
        [0, 1].map(async i => await stage.peer(i).client.request({ command: 'counters' })),
      );
      const out = near?.sessions.find(({ peer, open }) => open && peer === stage.idOf(1));
      hold(out !== undefined, 'n0 lists no open session with n1');
      const back = far?.sessions.find(({ session }) => session === out.session);
      hold(back !== undefined, `n1 does not list the session ${out.session}`);
      hold(out.framesOut > 0, `n0 sent ${id} but counts no sent frame`);
      hold(out.framesOut === back.framesIn, `n0 counts ${out.framesOut} frames out, n1 ${back.framesIn} in`);
      hold(out.framesIn === back.framesOut, `n0 counts ${out.framesIn} frames in, n1 ${back.framesOut} out`);
    },
  },
  {
    id: 'trace.told',
    says: 'reports what it relays while tracing is on, and only then',
    on: 'line',
    needs: ['trace'],
    run: async stage => {
      await stage.linked();
      const peer = stage.peer(1);
      await peer.client.request({ command: 'trace', on: true });
      const { id } = await stage.broadcast(0, 'traced');
      const sent = peer.events('sent').find(event => event.id === id);
      hold(sent !== undefined, 'n1 relayed a broadcast but reported no sent event');
      hold(sent.from === stage.idOf(0), `n1 says that it relayed it from ${sent.from}`);
      hold(sent.to.includes(stage.idOf(2)), 'n1 does not report that it sent it to n2');
      await peer.client.request({ command: 'trace', on: false });
      const quiet = await stage.broadcast(0, 'not traced');
      hold(!peer.events('sent').some(event => event.id === quiet.id), 'n1 reports a sent event while tracing is off');
    },
  },
  {
    id: 'history.known',
    says: 'recalls what it did with a message, and nothing for an unknown message',
    on: 'line',
    needs: ['history'],
    run: async stage => {
      await stage.linked();
      const { id } = await stage.broadcast(0, 'remembered');
      const { client } = stage.peer(1);
      const { records } = await client.request({ command: 'history', id });
      const sent = records.find(({ event }) => event === 'sent');
      hold(sent !== undefined && sent.id === id, 'n1 relayed it but recalls no sent event');
      const unknown = await client.request({ command: 'history', id: v4() });
      hold(unknown.records.length === 0, 'n1 recalls events of an unknown message');
    },
  },
  {
    id: 'disconnect.both',
    says: 'closes a link at both ends and does not redial it',
    on: 'line',
    needs: ['disconnect'],
    run: async stage => {
      await stage.linked();
      await stage.peer(0).client.request({ command: 'disconnect', peer: stage.idOf(1) });
      await stage.awaits(0, 1, false);
      await stage.awaits(1, 0, false);
      const { received } = await stage.broadcast(0, 'to nobody');
      hold(received.flat().length === 0, 'a broadcast still crossed the link');
      const isBack = (await stage.links(0)).some(({ peer }) => peer === stage.idOf(1));
      hold(!isBack, 'n0 has dialled n1 again');
    },
  },
  {
    id: 'disconnect.nobody',
    says: 'refuses disconnect with no-such-peer if there is no link',
    on: 'alone',
    needs: ['disconnect'],
    run: async stage => await stage.peer().refuses({ command: 'disconnect', peer: v4() }, 'no-such-peer'),
  },
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
    id: 'ping.measured',
    says: 'measures the round trip to a neighbour',
    on: 'line',
    needs: ['ping'],
    run: async stage => {
      await stage.linked();
      const { rttMs } = await stage.peer(0).client.request({ command: 'ping', peer: stage.idOf(1) });
      hold(rttMs > 0, `it measured ${rttMs} ms`);
    },
  },
  {
    id: 'ping.nobody',
    says: 'refuses ping with no-such-peer if there is no link',
    on: 'alone',
    needs: ['ping'],
    run: async stage => await stage.peer().refuses({ command: 'ping', peer: v4() }, 'no-such-peer'),
  },
];
