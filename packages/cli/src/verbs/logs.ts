/** `lab logs LAB [PEER]`: what peers printed: their log, their events as a person reads them, or all of it as it was. */
import { parsePeerLine } from '@peerlab/contract';
import type { PeerFacts, RunningLab } from '@peerlab/driver';
import { didYouMean } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import { untilStopped } from '../interrupt.ts';
import { findNamed } from '../labs.ts';
import type { LogDocument, LogsDocument } from '../output/documents.ts';
import { eventText, type NameOf, namesOf } from '../output/event-text.ts';
import { note, print, printJson, printJsonLine, taken } from '../output/print.ts';
import { style } from '../output/style.ts';
import { checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface LogsArgs extends FormatArgs {
  readonly lab: string;
  readonly peer: string | undefined;
  readonly follow: boolean;
  readonly raw: boolean;
  readonly tail: number | undefined;
}

/** The verb. */
export const logs: Verb<LogsArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('peer', { type: 'string', describe: 'one of its peers; default: all' })
      .option('follow', { type: 'boolean', default: false, describe: 'keep printing new lines; Ctrl-C ends it' })
      .option('tail', { type: 'number', requiresArg: true, describe: 'only the last N lines of each peer' })
      .option('raw', { type: 'boolean', default: false, describe: 'print raw lines, including replies' }),
  handler: async args => await run(async () => await show(args)),
};

async function show({ lab: name, peer, follow, raw, tail, format }: LogsArgs): Promise<number> {
  checkWhole('tail', tail, 1, Number.MAX_SAFE_INTEGER);
  const { signal, status } = untilStopped();
  const lab = await findNamed(name);
  const chosen = choose(lab, peer);
  const nameOf = namesOf(lab.peers);
  const width = peer === undefined ? Math.max(0, ...chosen.map(facts => facts.name.length)) : 0;
  const isWanted = ({ kind }: LogDocument): boolean => raw || kind !== 'reply';
  const tell = (entry: LogDocument): void => {
    if (format === 'json') printJsonLine(entry);
    else print(`${width === 0 ? '' : `${style.name(entry.peer.padEnd(width))}  `}${textOf(entry, nameOf, raw)}`);
  };

  const before = await Promise.all(chosen.map(async facts => await linesOf(lab, facts)));
  const kept = before
    .map(lines => lines.filter(isWanted))
    .flatMap(lines => (tail === undefined ? lines : lines.slice(-tail)));
  if (format === 'json' && !follow) {
    const document: LogsDocument = { lab: lab.name, lines: kept };
    printJson(document);
  } else {
    for (const entry of kept) {
      tell(entry);
      await taken(signal);
      if (signal.aborted) break;
    }
  }
  if (kept.length === 0 && format === 'text') note('no output yet');
  if (follow && !signal.aborted) {
    await Promise.all(
      chosen.map(async (facts, i) => {
        let known = before[i]?.length ?? 0;
        for await (const line of lab.logs(facts.index, { follow: true, signal })) {
          // The driver begins with what was shown already.
          if (known-- > 0) continue;
          const entry = entryOf(facts.name, line);
          if (signal.aborted) return;
          if (isWanted(entry)) tell(entry);
          await taken(signal);
        }
      }),
    );
  }
  await lab.close();
  return follow || signal.aborted ? status() : EXIT.ok;
}

function choose(lab: RunningLab, peer: string | undefined): readonly PeerFacts[] {
  const names = lab.peers.map(({ name }) => name);
  if (peer !== undefined && !names.includes(peer)) {
    throw new UsageError(`${lab.name} has no peer "${peer}"`, didYouMean(peer, names));
  }
  return lab.peers.filter(({ name, state }) => (peer === undefined || name === peer) && state !== 'missing');
}

async function linesOf(lab: RunningLab, { index, name }: PeerFacts): Promise<LogDocument[]> {
  const lines: LogDocument[] = [];
  for await (const line of lab.logs(index, {})) lines.push(entryOf(name, line));
  return lines;
}

function entryOf(peer: string, line: string): LogDocument {
  return { peer, kind: parsePeerLine(line).type, line };
}

function textOf({ line }: LogDocument, nameOf: NameOf, raw: boolean): string {
  const parsed = parsePeerLine(line);
  return raw || parsed.type !== 'event' ? line : eventText(parsed.event, nameOf);
}
