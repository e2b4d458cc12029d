/** `lab watch LAB`: what happens, while it happens. */

import type { LabEvent } from '@peerlab/lab';
import { startTicker, stopTimer } from '@peerlab/timers';
import { untilStopped } from '../interrupt.ts';
import { findNamed, openNamed } from '../labs.ts';
import type { WatchDocument } from '../output/documents.ts';
import { eventText, namesOf } from '../output/event-text.ts';
import { note, plural, print, printJsonLine, taken } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface WatchArgs extends FormatArgs {
  readonly lab: string;
  readonly trace: boolean;
}

/** How often the lab is looked at for what others do to it, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** The verb. */
export const watch: Verb<WatchArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .option('trace', {
        type: 'boolean',
        default: false,
        describe: 'also every copy of a message: sent, duplicate, expired, dropped',
      }),
  handler: async args => await run(async () => await follow(args)),
};

async function follow({ lab: name, trace, format }: WatchArgs): Promise<number> {
  const { signal, status } = untilStopped();
  await using lab = await openNamed(name, { signal });
  const nameOf = namesOf(lab.running.peers);
  const width = Math.max(...lab.topology.peers.map(peer => peer.name.length));
  const show = ({ peer, event }: LabEvent): void => {
    const at = new Date().toISOString();
    if (format === 'json') {
      const document: WatchDocument = { at, peer, event, names: namesIn(event, lab.running.peers) };
      printJsonLine(document);
    } else print(`${style.dim(at.slice(11, 23))}  ${style.name(peer.padEnd(width))}  ${eventText(event, nameOf)}`);
  };
  // What others do to the lab is found by looking: a peer that is started again has a new channel.
  const looking = startTicker(() => void lab.refresh().catch(() => undefined), LOOK_EVERY_MS);
  lab.onOpened(client => client.onBreach(({ message }) => note(message)));
  const events = lab.watch({ trace, signal })[Symbol.asyncIterator]();
  // Asking for the first event is what starts the watching.
  let next = events.next();
  note(`watching ${lab.name}, ${plural(lab.topology.peers.length, 'peer')}; Ctrl-C ends it`);
  for (let event = await next; event.done !== true && !signal.aborted; event = await next) {
    show(event.value);
    await taken(signal);
    next = events.next();
  }
  await events.return(undefined);
  stopTimer(looking);
  if (!signal.aborted) note(await whyOver(lab.name));
  return status();
}

/** Why there is nothing to watch any more. @throws {LabError} `ENGINE_UNREACHABLE` where a driver does not answer: its lab may well run */
async function whyOver(name: string): Promise<string> {
  try {
    await (await findNamed(name)).close();
    return `all peers of ${name} have ended`;
  } catch (error) {
    if (Object(error).code !== 'NO_SUCH_LAB') throw error;
    return `${name} is gone`;
  }
}

/** The lab's peers that an event names by their node ids. */
function namesIn(event: object, peers: readonly { nodeId: string; name: string }[]): Record<string, string> {
  const words = new Set(Object.values(event).flat());
  return Object.fromEntries(peers.filter(({ nodeId }) => words.has(nodeId)).map(({ nodeId, name }) => [nodeId, name]));
}
