/** `lab record LAB -o FILE`: keeps everything that happens as a trace, until it is stopped. */
import { LinkFaultWatch } from '@peerlab/dashboard-server';
import { recordLab } from '@peerlab/lab';
import { UsageError } from '../exit.ts';
import { untilStopped } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { note, plural, print } from '../output/print.ts';
import { shellWord } from '../output/shell-word.ts';
import { type ForceArgs, requireNewFile, withForce } from '../output-file.ts';
import { createTraceFile } from '../trace-file/write.ts';
import { waited } from '../waited.ts';
import { run, type Verb } from './verb.ts';

interface RecordArgs extends ForceArgs {
  readonly lab: string;
  readonly file: string | undefined;
  readonly output: string | undefined;
}

/** How often the lab is looked at for what others do to it, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** The verb. */
export const record: Verb<RecordArgs> = {
  builder: args =>
    withForce(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('file', {
        type: 'string',
        describe: 'file for the trace, such as ring.trace.jsonl',
      })
      .option('output', { alias: 'o', type: 'string', requiresArg: true, describe: 'the same, as an option' }),
  handler: async args => await run(async () => await keep(args)),
};

async function keep({ lab: name, ...args }: RecordArgs): Promise<number> {
  const file = args.output ?? args.file;
  if (file === undefined)
    throw new UsageError(
      'lab record needs a file',
      `such as: lab record ${shellWord(name)} -o ${shellWord(`${name}.trace.jsonl`)}`,
    );
  if (args.output !== undefined && args.file !== undefined) throw new UsageError('lab record takes one file');
  requireNewFile(file, args);
  const { signal, status } = untilStopped();
  await using lab = await openNamed(name, { signal });
  const trace = createTraceFile(file, args);
  try {
    const recording = await recordLab(lab, trace.sink);
    const links = new LinkFaultWatch(lab, recording);
    await links.know().catch(() => undefined);
    note(`recording ${lab.name} into ${file}; Ctrl-C ends it`);
    while (!signal.aborted) {
      await waited(LOOK_EVERY_MS, signal);
      if (signal.aborted) break;
      await lab.refresh().catch(() => undefined);
      // Of a lab that does not answer now, the next look has the news.
      await links.look().catch(() => undefined);
      // Another command that watches turns the reports of copies off when it ends.
      await recording.traceAgain();
    }
    await recording.end();
  } finally {
    trace.close();
  }
  print(`${plural(trace.lines - 2, 'event')} in ${file}.  lab replay ${shellWord(file)}`);
  return status();
}
