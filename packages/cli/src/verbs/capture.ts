/** `lab capture LAB [PEER…]`: records the packets of peers, and tells the traffic between them. */
import { LabCapture, trafficText } from '@peerlab/capture';
import { LabError } from '@peerlab/driver';
import type { LabPeer } from '@peerlab/lab';
import { captureFiles } from '../capture-files.ts';
import { namedPeers } from '../fault-words.ts';
import { followRestarts } from '../follow-restarts.ts';
import { untilStopped } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import type { CaptureDocument } from '../output/documents.ts';
import { note, plural, print, printJson } from '../output/print.ts';
import { type ForceArgs, withForce } from '../output-file.ts';
import { readDuration } from '../quantities.ts';
import { waited } from '../waited.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface CaptureArgs extends FormatArgs, ForceArgs {
  readonly lab: string;
  readonly peers: readonly string[];
  readonly write: string | undefined;
  readonly for: string | undefined;
}

/** The verb. */
export const capture: Verb<CaptureArgs> = {
  builder: args =>
    withForce(withFormat(args))
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('peers', {
        type: 'string',
        array: true,
        default: [],
        describe: 'peers: n3, n5..n9, n*; default: all that run',
      })
      .option('write', {
        alias: 'w',
        type: 'string',
        requiresArg: true,
        describe: 'a pcapng file of all peers, with one of each peer beside it: run.pcapng, run.n3.pcapng',
      })
      .option('for', { type: 'string', requiresArg: true, describe: 'end it after this time: 10s; default: Ctrl-C' })
      .example('lab capture ring-20 n3 n4 -w run.pcapng --for 10s', 'the packets of two peers, for Wireshark')
      .example('lab capture ring-20', 'the traffic between all peers, until Ctrl-C'),
  handler: async args => await run(async () => await keep(args)),
};

/** How often the lab is looked at for peers that were started again, in milliseconds. */
const LOOK_EVERY_MS = 1000;

async function keep(args: CaptureArgs): Promise<number> {
  const forMs = readDuration('for', args.for);
  const { signal, status } = untilStopped();
  await using lab = await openNamed(args.lab, { signal });
  const runs = ({ state }: LabPeer): boolean => state === 'running' || state === 'paused';
  const named = args.peers.length === 0 ? undefined : new Set(namedPeers(args.peers, lab.topology));
  const chosen = lab.peers.filter(peer => (named === undefined ? runs(peer) : named.has(peer.name)));
  if (chosen.length === 0) throw new LabError('PEER_FAILED', `no peer of ${lab.name} runs`);
  const files = captureFiles(
    args.write,
    chosen.map(({ name }) => name),
    args,
  );
  const captured = await LabCapture.begin(
    lab.running,
    chosen.map(({ index }) => index),
    files.sinks,
  ).catch((error: unknown) => {
    files.discard();
    throw error;
  });
  const forget = followRestarts(lab, captured);
  note(`capturing ${plural(chosen.length, 'peer')} of ${lab.name}; Ctrl-C ends it`);
  const endsAtMs = forMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + forMs;
  while (!signal.aborted && performance.now() < endsAtMs) {
    await waited(Math.min(LOOK_EVERY_MS, endsAtMs - performance.now()), signal);
    // Of a lab that does not answer now, the next look has the news.
    if (!signal.aborted && performance.now() < endsAtMs) await lab.refresh().catch(() => undefined);
  }
  forget();
  const report = await captured.stop();
  const document: CaptureDocument = { lab: lab.name, ...report, files: files.written };
  if (args.format === 'json') {
    if (args.write !== '-') printJson(document);
  } else {
    const tell = args.write === '-' ? note : print;
    for (const line of trafficText(report)) tell(line);
    for (const file of files.written) note(file);
  }
  return status();
}
