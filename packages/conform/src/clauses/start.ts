/** How a peer is started, and what it says of itself: "How a peer is started" and "info". */
import { CONTRACT_VERSION } from '@peerlab/contract';
import type { Clause } from '../clause.ts';
import { hold } from '../clause-errors.ts';
import { eventsOf } from '../peer-under-test.ts';

/** In the order in which they are tried. */
export const START_CLAUSES: readonly Clause[] = [
  {
    id: 'start.ready',
    says: 'says ready once, before any other event',
    on: 'alone',
    run: async stage => {
      const events = eventsOf(stage.peer().all).map(({ event }) => event);
      hold(events[0] === 'ready', `its first event is ${events[0]}`);
      const count = events.filter(event => event === 'ready').length;
      hold(count === 1, `it said ready ${count} times`);
    },
  },
  {
    id: 'start.version',
    says: `speaks version ${CONTRACT_VERSION} of the contract`,
    on: 'alone',
    run: async stage => {
      const { contract } = stage.peer().client.info;
      hold(contract === CONTRACT_VERSION, `it says contract ${contract}`);
    },
  },
  {
    id: 'start.listen',
    says: 'accepts links at PEERLAB_LISTEN and reports that address',
    on: 'alone',
    run: async stage => {
      const { client, address, port } = stage.peer();
      const { listen } = client.info;
      const isAsked = listen.host === address && listen.port === port;
      hold(isAsked, `it was told ${address}:${port}, and says ${listen.host}:${listen.port}`);
    },
  },
  {
    id: 'start.info',
    says: 'answers info with the body of ready',
    on: 'alone',
    run: async stage => {
      const { client } = stage.peer();
      const found = await client.request({ command: 'info' });
      for (const key of ['contract', 'nodeId', 'node', 'listen', 'capabilities'] as const) {
        const [said, answered] = [JSON.stringify(client.info[key]), JSON.stringify(found[key])];
        hold(
          said === answered || key === 'node' || key === 'listen',
          `ready said ${key} ${said}, info says ${answered}`,
        );
      }
      hold(
        found.node.name === client.info.node.name,
        `ready said ${client.info.node.name}, info says ${found.node.name}`,
      );
    },
  },
];
