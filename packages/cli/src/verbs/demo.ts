/** `lab demo`: a ring of twenty peers in a page, with a broadcast every few seconds; gone when it ends. */

import type { Driver } from '@peerlab/driver';
import { Random } from '@peerlab/graph';
import { bringUp } from '@peerlab/lab';
import { parseTopology, type Topology } from '@peerlab/topology';
import { chooseDriverFor } from '../choose-driver.ts';
import { type RequestedDriver, withDriver } from '../driver-option.ts';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { note } from '../output/print.ts';
import { openLabPage } from '../page/page.ts';
import { type PageArgs, withPageOptions } from '../page/page-options.ts';
import { readWithin } from '../quantities.ts';
import { waited } from '../waited.ts';
import { run, type Verb } from './verb.ts';

interface DemoArgs extends PageArgs {
  readonly driver: RequestedDriver;
  readonly every: string;
}

/** The limits of the broadcasts, in turn: the whole ring, then horizons that can be counted. */
const TTLS = [undefined, 3, undefined, 6] as const;

/** As long as the page takes to play ten hops, and a moment to look. */
const EVERY = '8s';

/** Labs of the same name that others run are left alone; so many names are tried. */
const NAMES = 20;

/** The verb. */
export const demo: Verb<DemoArgs> = {
  builder: args =>
    withDriver(withPageOptions(args), 'auto: docker if an engine answers, else local').option('every', {
      type: 'string',
      default: EVERY,
      requiresArg: true,
      describe: 'time between two broadcasts; a bare number is seconds',
    }),
  handler: async args => await run(async () => await show(args)),
};

async function show(args: DemoArgs): Promise<number> {
  const everyMs = readWithin('every', args.every, 'seconds', [1000, 3_600_000]);
  const signal = interruptible('the peers end with this command');
  // The page first: what it shows comes up before the eyes of who looks.
  const page = await openLabPage(args);
  try {
    const { driver, topology } = await placeFor(args.driver);
    page.announce(topology, driver);
    const { lab } = await bringUp(topology, driver, {
      signal,
      ephemeral: true,
      checks: ['links'],
      onAttached: async lab => void (await page.attach(lab)),
    });
    try {
      const performer = await page.letAct();
      note(`${topology.name}: ${topology.peers.length} peers in a ring; Ctrl-C ends and removes it`);
      const random = new Random(topology.seed);
      for (let turn = 0; !signal.aborted; turn++) {
        const from = topology.peers[random.below(topology.peers.length)]?.name;
        // One that was killed in the page cannot send: the next turn is another's.
        await performer.perform({
          do: 'broadcast',
          from,
          text: `broadcast ${turn + 1}`,
          ttl: TTLS[turn % TTLS.length],
        });
        await waited(everyMs, signal);
      }
      await page.close();
    } finally {
      await lab.down();
    }
  } finally {
    await page.close();
  }
  return EXIT.interrupted;
}

/** The driver that this machine has, and a ring with a name that is free on it. */
async function placeFor(requested: RequestedDriver): Promise<{ driver: Driver; topology: Topology }> {
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'demo' : `demo-${i}`;
    const { driver, reason, exists } = await chooseDriverFor(name, requested);
    if (exists && i < NAMES) continue;
    note(`driver ${driver.name}: ${reason}`);
    const text = `name: ${name}\ntopology: { generator: ring, peers: 20 }\n`;
    return { driver, topology: parseTopology(text, { file: 'demo' }) };
  }
}
