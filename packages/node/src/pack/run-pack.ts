/** The program of a packed container: its peers on standard input and output, in so many threads, until it is told to leave. */
import { once } from 'node:events';
import { LineSplitter } from '@peerlab/contract';
import { PackHost } from './pack-host.ts';
import { PackThreads } from './pack-threads.ts';
import type { PackSink } from './packed-output.ts';

/** How a pack is run. */
export interface PackStart {
  /** It ends when nobody controls it any more. */
  readonly isEphemeral: boolean;
  /** At least 1. */
  readonly threads: number;
  /** What a thread runs. */
  readonly program: URL;
}

/** Runs until SIGTERM or SIGINT, or, in a throw-away lab, until nobody controls it any more. */
export async function runPack({ isEphemeral, threads, program }: PackStart): Promise<void> {
  const { stdin, stdout } = process;
  stdout.on('error', () => undefined);
  const sink: PackSink = {
    write: text => void stdout.write(text),
    get waitingBytes() {
      return stdout.writableLength;
    },
  };
  const host = threads > 1 ? new PackThreads(sink, program, threads) : new PackHost(sink);
  const splitter = new LineSplitter(line => host.line(line));
  stdin.setEncoding('utf8');
  stdin.on('data', (text: string) => splitter.push(text));
  stdin.on('error', () => undefined);
  const told = [once(process, 'SIGTERM'), once(process, 'SIGINT')];
  await Promise.race(isEphemeral ? [...told, once(stdin, 'end')] : told);
  await host.leave();
}
