/** `lab ls`: the labs that there are. */
import { listLabs } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import type { ListDocument } from '../output/documents.ts';
import { print, printJson, table } from '../output/print.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

/** The verb. */
export const ls: Verb<FormatArgs> = {
  command: 'ls',
  describe: 'show the labs that there are',
  builder: args => withFormat(args),
  handler: async ({ format }) =>
    await run(async () => {
      const labs = await listLabs(await loadDrivers());
      const document: ListDocument = { labs };
      if (format === 'json') printJson(document);
      else if (labs.length === 0) print('there are no labs; lab up topologies/ring-20.yaml makes one');
      else {
        const rows = labs.map(({ name, driver, peers, running, subnet, createdAtMs, ephemeral, owner }) => [
          name,
          driver,
          `${running}/${peers}`,
          subnet,
          age(createdAtMs),
          ephemeral ? `${owner} (throw-away)` : owner,
        ]);
        for (const line of table(['LAB', 'DRIVER', 'RUNNING', 'SUBNET', 'AGE', 'OWNER'], rows)) print(line);
      }
      return EXIT.ok;
    }),
};

function age(createdAtMs: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - createdAtMs) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
