/** `lab export FILE`: a recording as one page that plays anywhere, or a message of it as a still picture. */
import { LabHistory, type Message, treeSvg } from '@peerlab/dashboard/model';
import { exportHtml } from '@peerlab/dashboard-server';
import type { Trace } from '@peerlab/trace';
import { EXIT, UsageError } from '../exit.ts';
import { note, plural, print } from '../output/print.ts';
import { type ForceArgs, requireNewFile, withForce, writeOutput } from '../output-file.ts';
import { playerText } from '../page/page-files.ts';
import { readTraceFile } from '../trace-file/read.ts';
import { checkWhole, run, type Verb } from './verb.ts';

interface ExportArgs extends ForceArgs {
  readonly file: string;
  readonly html: string | undefined;
  readonly svg: string | undefined;
  readonly message: number | undefined;
}

/** The verb. */
export const exportTrace: Verb<ExportArgs> = {
  builder: args =>
    withForce(args)
      .positional('file', { type: 'string', demandOption: true, describe: 'a recording: see lab record' })
      .option('html', { type: 'string', requiresArg: true, describe: 'write one HTML page that plays it offline' })
      .option('svg', {
        type: 'string',
        requiresArg: true,
        describe: 'write the propagation tree of a message as a picture',
      })
      .option('message', {
        type: 'number',
        requiresArg: true,
        describe: 'number of the message that --svg draws, from 1; default: the one that reached the most peers',
      }),
  handler: async args => await run(async () => write(args)),
};

function write({ file, html, svg, message, force }: ExportArgs): number {
  if (html === undefined && svg === undefined) {
    throw new UsageError('lab export needs --html or --svg', 'such as --html ring.html, or --svg tree.svg');
  }
  checkWhole('message', message, 1, Number.MAX_SAFE_INTEGER);
  for (const output of [html, svg]) if (output !== undefined) requireNewFile(output, { force });
  const { text, ...trace } = readTraceFile(file);
  if (trace.cutOff !== undefined) note(trace.cutOff);
  if (html !== undefined) save(html, exportHtml(playerText(), text), { force });
  if (svg !== undefined) {
    const history = historyOf(trace);
    save(svg, treeSvg(history, chosen(history, message)), { force });
  }
  return EXIT.ok;
}

function historyOf({ header, events }: Trace): LabHistory {
  const history = new LabHistory(header);
  for (const event of events) history.take(event);
  return history;
}

/** @throws {UsageError} where there is no such message */
function chosen({ messages }: LabHistory, number: number | undefined): Message {
  const found = number === undefined ? farthest(messages) : messages[number - 1];
  if (found !== undefined) return found;
  const there = messages.length === 0 ? 'no message' : plural(messages.length, 'message');
  throw new UsageError(number === undefined ? 'the recording has no message' : `the recording has ${there}`);
}

/** The first of those that reached most peers. */
function farthest(messages: readonly Message[]): Message | undefined {
  return messages.reduce<Message | undefined>(
    (best, one) => (best === undefined || one.receptions.size > best.receptions.size ? one : best),
    undefined,
  );
}

function save(path: string, text: string, options: ForceArgs): void {
  writeOutput(path, text, options);
  print(`${path}: ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`);
}
