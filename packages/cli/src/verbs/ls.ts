/** `lab ls`: all labs, across drivers. */
import { listLabs } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { reachableDrivers } from '../labs.ts';
import type { ListDocument } from '../output/documents.ts';
import { note, print, printJson, table } from '../output/print.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

/** The verb. */
export const ls: Verb<FormatArgs> = {
  builder: args => withFormat(args),
  handler: async ({ format }) => await run(async () => await list(format)),
};

async function list(format: string): Promise<number> {
  const { drivers, silent } = await reachableDrivers();
  const labs = await listLabs(drivers);
  const document: ListDocument = {
    labs: labs.map(({ createdAtMs, ...lab }) => ({ ...lab, createdAt: new Date(createdAtMs).toISOString() })),
    silent,
  };
  if (format === 'json') {
    printJson(document);
    return EXIT.ok;
  }
  if (labs.length === 0) print('there are no labs; start one with lab up topologies/ring-20.yaml');
  else {
    const rows = labs.map(({ name, driver, peers, running, subnet, createdAtMs, ephemeral, owner }) => [
      name,
      driver,
      `${running}/${peers}`,
      subnet,
      age(createdAtMs),
      ephemeral ? `${owner} (throw-away)` : owner,
    ]);
    for (const line of table(['LAB', 'DRIVER', 'PEERS', 'SUBNET', 'AGE', 'OWNER'], rows)) print(line);
  }
  for (const { driver, reason } of silent) note(`labs of ${driver} are not listed: ${reason}`);
  return EXIT.ok;
}

function age(createdAtMs: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - createdAtMs) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
