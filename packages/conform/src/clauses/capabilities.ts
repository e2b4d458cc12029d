/** What a peer may announce beyond messages: "counters", "trace and history", "disconnect", "ping"; "shape" is in shape.ts. */
import { v4 } from 'uuid';
import type { Clause } from '../clause.ts';
import { hold } from '../clause-errors.ts';
import { SHAPE_CLAUSES } from './shape.ts';

/** How long two peers are watched that must stay apart, in milliseconds: peers dial again within a few hundred. */
const REDIAL_MS = 1000;

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
      const { client } = stage.peer(0);
      await stage.ends(0, 1, async () => await client.request({ command: 'disconnect', peer: stage.idOf(1) }));
      await stage.staysApart(0, 1, REDIAL_MS);
      const { received } = await stage.broadcast(0, 'to nobody');
      hold(received.flat().length === 0, 'a broadcast still crossed the link');
    },
  },
  {
    id: 'disconnect.other',
    says: 'does not redial a link that the other end has closed by disconnect',
    on: 'line',
    needs: ['disconnect'],
    run: async stage => {
      await stage.linked();
      // n0 has dialled n1.
      const { client } = stage.peer(1);
      await stage.ends(0, 1, async () => await client.request({ command: 'disconnect', peer: stage.idOf(0) }));
      await stage.staysApart(0, 1, REDIAL_MS);
    },
  },
  {
    id: 'disconnect.nobody',
    says: 'refuses disconnect with no-such-peer if there is no link',
    on: 'alone',
    needs: ['disconnect'],
    run: async stage => await stage.peer().refuses({ command: 'disconnect', peer: v4() }, 'no-such-peer'),
  },
  ...SHAPE_CLAUSES,
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
