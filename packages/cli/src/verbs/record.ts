/** `lab record LAB FILE`: keeps everything that happens as a trace, until it is stopped. */
import { recordLab } from '@peerlab/orchestrator';
import { untilStopped } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { note, plural, print } from '../output/print.ts';
import { createTraceFile } from '../trace-file/write.ts';
import { run, type Verb } from './verb.ts';

interface RecordArgs {
  readonly lab: string;
  readonly file: string;
}

/** How often the lab is looked at for what others do to it, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** The verb. */
export const record: Verb<RecordArgs> = {
  builder: args =>
    args
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'where the trace goes, such as ring.trace.jsonl',
      }),
  handler: async args => await run(async () => await keep(args)),
};

async function keep({ lab: name, file }: RecordArgs): Promise<number> {
  const { signal, status } = untilStopped();
  await using lab = await openNamed(name, signal);
  const trace = createTraceFile(file);
  const recording = await recordLab(lab, trace.sink);
  note(`recording ${lab.name} into ${file}; Ctrl-C ends it`);
  while (!signal.aborted) {
    await until(signal, LOOK_EVERY_MS);
    if (signal.aborted) break;
    await lab.refresh().catch(() => undefined);
    recording.look();
  }
  await recording.end();
  trace.close();
  print(`${plural(trace.lines - 2, 'event')} in ${file}.  lab replay ${file}`);
  return status();
}

/** Resolves after so long, or when the signal fires. */
async function until(signal: AbortSignal, timeMs: number): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, timeMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
