/** `lab broadcast LAB PEER TEXT`: floods a message and tells how far it came. */
import { openLab } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import { printJson } from '../output/print.ts';
import { nameOf } from './down.ts';
import { checkTtl, printOutcome } from './message.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface BroadcastArgs extends FormatArgs {
  readonly lab: string;
  readonly peer: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

/** The verb. */
export const broadcast: Verb<BroadcastArgs> = {
  command: 'broadcast <lab> <peer> <text>',
  describe: 'flood a message from a peer, and judge how far it came',
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' })
      .positional('peer', { type: 'string', demandOption: true, describe: 'who sends it' })
      .positional('text', { type: 'string', demandOption: true, describe: 'the message' })
      .option('ttl', { type: 'number', describe: 'how many links it may cross' }),
  handler: async ({ lab: name, peer, text, ttl, format }) =>
    await run(async () => {
      checkTtl(ttl);
      await using lab = await openLab(await loadDrivers(), nameOf(name));
      const outcome = await lab.broadcast(peer, String(text), { ttl });
      if (format === 'json') printJson(outcome);
      else printOutcome(outcome);
      return outcome.passed ? EXIT.ok : EXIT.failed;
    }),
};
