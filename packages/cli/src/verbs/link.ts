/** `lab link down|up LAB A B`: cuts one link of a running lab, and restores it. */

import { EXIT, UsageError } from '../exit.ts';
import { readTargets } from '../fault-words.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { faultDocument } from '../output/fault-documents.ts';
import { note, print, printJson, seconds } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface LinkArgs extends FormatArgs {
  readonly action: 'down' | 'up';
  readonly lab: string;
  readonly peer: string;
  readonly to: string;
}

/** The verb. */
export const link: Verb<LinkArgs> = {
  builder: args =>
    withFormat(args)
      .positional('action', { choices: ['down', 'up'] as const, demandOption: true })
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('peer', { type: 'string', demandOption: true, describe: 'one end' })
      .positional('to', { type: 'string', demandOption: true, describe: 'the other' }),
  handler: async ({ action, lab: name, peer, to, format }) =>
    await run(async () => {
      const signal = interruptible(`lab fault ls ${name} shows what is cut`);
      await using lab = await openNamed(name, { signal, opens: false });
      const [ends] = readTargets([`${peer}:${to}`], lab.topology).links;
      if (ends === undefined) throw new UsageError('a link is a pair of peers');
      if (action === 'down') {
        const applied = await lab.fault({ verb: 'link-down', links: [ends] });
        if (format === 'json') printJson(await faultDocument(lab, { applied }));
        else {
          print(`${style.warn('⚡')} ${applied.text}`);
          note(`lab link up ${lab.name} ${ends.join(' ')} restores it`);
        }
        return EXIT.ok;
      }
      const recovery = await lab.linkUp(...ends, { signal });
      if (format === 'json') printJson(await faultDocument(lab, { recovery }));
      else print(`${style.good('✔')} ${ends.join('-')} is up after ${seconds(recovery.timeMs)}`);
      return EXIT.ok;
    }),
};
