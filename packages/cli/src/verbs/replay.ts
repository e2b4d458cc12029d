/** `lab replay FILE`: plays a recording in a page, without a lab. */
import { TraceLog } from '@peerlab/dashboard-server';
import { untilStopped } from '../interrupt.ts';
import { note, plural } from '../output/print.ts';
import { openServer } from '../page/page.ts';
import { type PageArgs, withPageOptions } from '../page/page-options.ts';
import { readTraceFile } from '../trace-file/read.ts';
import { untilAborted } from '../waited.ts';
import { run, type Verb } from './verb.ts';

interface ReplayArgs extends PageArgs {
  readonly file: string;
}

/** The verb. */
export const replay: Verb<ReplayArgs> = {
  builder: args =>
    withPageOptions(args).positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'a recording: see lab record',
    }),
  handler: async args => await run(async () => await play(args)),
};

async function play(args: ReplayArgs): Promise<number> {
  const { header, events, cutOff = '' } = readTraceFile(args.file);
  const { signal, status } = untilStopped();
  // All of it was read, and is kept.
  const log = new TraceLog(Number.POSITIVE_INFINITY);
  for (const value of [header, ...events]) log.sink(JSON.stringify(value), value);
  if (cutOff !== '') note(cutOff);
  const server = await openServer({ ...args, log, mode: 'replay', note: cutOff });
  note(`playing ${plural(events.length, 'event')} of ${header.lab}; Ctrl-C ends it`);
  await untilAborted(signal);
  await server.close();
  return status();
}
