/** `lab logs LAB [PEER]`: what peers printed. */
import { findLab } from '@peerlab/orchestrator';
import { didYouMean } from '@peerlab/topology';
import { loadDrivers } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import { print } from '../output/print.ts';
import { style } from '../output/style.ts';
import { nameOf } from './down.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface LogsArgs extends FormatArgs {
  readonly lab: string;
  readonly peer: string | undefined;
  readonly follow: boolean;
  readonly tail: number | undefined;
}

/** The verb. */
export const logs: Verb<LogsArgs> = {
  command: 'logs <lab> [peer]',
  describe: 'show what a peer, or every peer, printed',
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' })
      .positional('peer', { type: 'string', describe: 'name of a peer; left out, all of them' })
      .option('follow', { type: 'boolean', default: false, describe: 'wait for more; Ctrl-C ends it' })
      .option('tail', { type: 'number', describe: 'only the last so many lines of each' }),
  handler: async args => await run(async () => await show(args)),
};

async function show({ lab: name, peer, follow, tail, format }: LogsArgs): Promise<number> {
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 1))
    throw new UsageError(`--tail ${tail}: a whole number from 1`);
  const lab = await findLab(await loadDrivers(), nameOf(name));
  const names = lab.peers.map(facts => facts.name);
  if (peer !== undefined && !names.includes(peer)) {
    throw new UsageError(`${lab.name} has no peer "${peer}"`, didYouMean(peer, names));
  }
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  process.stdout.on('error', () => controller.abort());
  const chosen = lab.peers.filter(facts => (peer === undefined || facts.name === peer) && facts.state !== 'missing');
  const width = Math.max(0, ...chosen.map(facts => facts.name.length));
  const showOne = async (index: number, of: string): Promise<void> => {
    const options = { follow, signal: controller.signal, ...(tail === undefined ? {} : { tail }) };
    for await (const line of lab.logs(index, options)) {
      if (format === 'json') print(JSON.stringify({ peer: of, line }));
      else print(peer === undefined ? `${style.name(of.padEnd(width))}  ${line}` : line);
    }
  };
  if (follow) await Promise.all(chosen.map(async facts => await showOne(facts.index, facts.name)));
  else for (const facts of chosen) await showOne(facts.index, facts.name);
  await lab.close();
  return EXIT.ok;
}
