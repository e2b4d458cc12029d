/** `lab ls`: all labs, across drivers. */
import type { LabSummary } from '@peerlab/driver';
import { type LabPeer, surveyLabs } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { reachableDrivers, tellUnasked } from '../labs.ts';
import { type ListDocument, peerDocument } from '../output/documents.ts';
import { note, print, printJson, table } from '../output/print.ts';
import { peersOf } from '../peers-of.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

/** The verb. */
export const ls: Verb<FormatArgs> = {
  builder: args => withFormat(args),
  handler: async ({ format }) => await run(async () => await list(format)),
};

async function list(format: string): Promise<number> {
  const { drivers, silent, unasked } = await reachableDrivers();
  const { labs: summaries, unasked: fellSilent } = await surveyLabs(drivers);
  const labs = await Promise.all(summaries.map(async lab => listed(lab, await peersOf(lab, drivers))));
  const document: ListDocument = {
    labs,
    silent: [...silent, ...fellSilent.map(({ driver, reason }) => ({ driver, reason }))],
  };
  if (format === 'json') {
    printJson(document);
    return EXIT.ok;
  }
  const missing = [...unasked, ...fellSilent];
  const where =
    missing.length === 0 ? '' : ` on ${drivers.map(({ name }) => name).join(', ') || 'any driver that answers'}`;
  if (labs.length === 0) print(`there are no labs${where}; start one with lab up topologies/ring-20.yaml`);
  else {
    const rows = labs.map(({ name, driver, peers, running, away, subnet, createdAt, ephemeral, owner, silent }) => [
      name,
      driver,
      [`${running}/${peers}`, ...countsOf(away)].join(', '),
      silent === undefined ? subnet : 'does not answer',
      age(Date.parse(createdAt)),
      ephemeral ? `${owner} (throw-away)` : owner,
    ]);
    for (const line of table(['LAB', 'DRIVER', 'PEERS', 'SUBNET', 'AGE', 'OWNER'], rows)) print(line);
  }
  for (const { name, silent: why } of labs)
    if (why !== undefined) note(`${name} does not answer: ${why}; lab down ${name} removes it`);
  tellUnasked(missing, driver => `labs of ${driver} are not listed`);
  return EXIT.ok;
}

type Listed = ListDocument['labs'][number];

function listed({ createdAtMs, ...lab }: LabSummary, peers: readonly LabPeer[] | undefined): Listed {
  const createdAt = new Date(createdAtMs).toISOString();
  if (peers === undefined) return { ...lab, away: [], createdAt };
  const away = peers
    .map(peer => peerDocument(peer))
    .filter(({ state }) => state !== 'running')
    .map(({ name, state, silentMs }) => ({ name, state, ...(silentMs === undefined ? {} : { silentMs }) }));
  return { ...lab, running: peers.length - away.length, away, createdAt };
}

/** `1 paused`, `2 silent`. */
function countsOf(away: Listed['away']): string[] {
  const states = [...new Set(away.map(({ state }) => state))];
  return states.map(state => `${away.filter(peer => peer.state === state).length} ${state}`);
}

function age(createdAtMs: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - createdAtMs) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
