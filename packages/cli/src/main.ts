/** The command `lab`: its verbs, one file each in verbs/, and what holds for all of them. */
import { didYouMean } from '@peerlab/topology';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { EXIT, tellError, UsageError } from './exit.ts';
import { broadcast } from './verbs/broadcast.ts';
import { dm } from './verbs/dm.ts';
import { doctor } from './verbs/doctor.ts';
import { down } from './verbs/down.ts';
import { generate } from './verbs/generate.ts';
import { graph } from './verbs/graph.ts';
import { inspect } from './verbs/inspect.ts';
import { logs } from './verbs/logs.ts';
import { ls } from './verbs/ls.ts';
import { up } from './verbs/up.ts';
import { validate } from './verbs/validate.ts';
import type { Verb } from './verbs/verb.ts';
import { verify } from './verbs/verify.ts';
import { watch } from './verbs/watch.ts';
import { VERSION } from './version.ts';

const VERBS: readonly Verb<never>[] = [
  up,
  down,
  ls,
  inspect,
  verify,
  broadcast,
  dm,
  watch,
  logs,
  graph,
  generate,
  validate,
  doctor,
];

// A reader that has gone, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.driver),
);
process.on('uncaughtException', error => process.exit(tellError(error)));
process.on('unhandledRejection', error => process.exit(tellError(error)));

const cli = yargs(hideBin(process.argv))
  .scriptName('lab')
  .usage('$0 <verb>\n\nA lab for peer-to-peer networks: one peer per container, proofs from the graph.')
  .version(VERSION)
  .help()
  .alias('help', 'h')
  .strict()
  .demandCommand(1, '')
  .recommendCommands()
  .completion('completion', 'print a completion script for your shell')
  .wrap(Math.min(100, process.stdout.columns ?? 100))
  .epilogue('Exit status: 0 all proven; 1 a check failed; 2 wrong use; 3 driver or engine; 130 interrupted.')
  .fail((message, error) => {
    if (error) process.exit(tellError(error));
    const [word] = hideBin(process.argv);
    const verbs = VERBS.map(verb => String(verb.command).split(' ')[0] ?? '');
    if (word === undefined) {
      cli.showHelp('error');
      process.exit(EXIT.usage);
    }
    const isVerb = verbs.includes(word) || word === 'completion';
    const usage = isVerb
      ? new UsageError(message, `lab ${word} --help shows its use`)
      : new UsageError(`there is no verb "${word}"`, didYouMean(word, verbs) ?? `lab --help shows them all`);
    process.exit(tellError(usage));
  });
for (const { command, describe, builder, handler } of VERBS) {
  cli.command(command, describe, builder, async args => await handler(args as never));
}
await cli.parseAsync();
