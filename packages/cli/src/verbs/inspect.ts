/** `lab inspect LAB`: network, peers, addresses, links as they are now. */

import { isDirected, linkSettingsText, oneWay, SECURITY_SETTINGS } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import { degreeOf } from '@peerlab/graph';
import {
  type ActiveFault,
  Lab,
  type LabPeer,
  neededBy,
  needsInWords,
  needsNotes,
  readMembership,
  securityNotes,
  type Underlay,
} from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { findNamed } from '../labs.ts';
import { type InspectDocument, peerDocument, stateText } from '../output/documents.ts';
import { activeFaultText } from '../output/fault-text.ts';
import { note, plural, print, printJson, table } from '../output/print.ts';
import { publishedPorts, publishedText } from '../output/published-ports.ts';
import { style } from '../output/style.ts';
import { underlayText } from '../output/underlay-text.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface InspectArgs extends FormatArgs {
  readonly lab: string;
}

/** Links whose directions are shown one by one; of more, `-f json` has all. */
const MAX_DIRECTED = 20;

/** The verb. */
export const inspect: Verb<InspectArgs> = {
  builder: args =>
    withFormat(args).positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' }),
  handler: async ({ lab, format }) => await run(async () => await show(lab, format)),
};

async function show(name: string, format: string): Promise<number> {
  const running = await findNamed(name);
  let states: readonly LabPeer[] = running.peers;
  let links: InspectDocument['links'] = null;
  let neighbours: readonly number[] = [];
  let isOwn = false;
  let inForce: InspectDocument['inForce'] = null;
  let needs: InspectDocument['needs'] = [];
  let notes: InspectDocument['notes'] = [];
  let ports: InspectDocument['ports'] = [];
  let labels: readonly (string | undefined)[] = [];
  let underlay: readonly Underlay[] = [];
  try {
    const lab = await Lab.attach(running, { isNew: false });
    const { peers, links: drawn, ownLinks } = lab.topology;
    isOwn = ownLinks === true;
    needs = neededBy(lab.topology).map(({ name: peer, needs: own }) => ({ peer, ...own }));
    notes = needsNotes(lab.topology, running);
    ports = await publishedPorts(running);
    labels = peers.map(({ settings }) => settings.label);
    const { security, ...survey } = await lab.links();
    const pairs = drawn.map(({ a, b, settings }, place) => {
      const protection = security[place];
      return {
        a: peers[a]?.name ?? '',
        b: peers[b]?.name ?? '',
        ...(Object.keys(settings).length === 0 ? {} : { settings }),
        ...(protection === undefined ? {} : { security: protection }),
      };
    });
    states = lab.peers;
    notes = [...notes, ...securityNotes(lab.topology, states)];
    links = { ...survey, pairs };
    inForce = await lab.faults();
    neighbours = isOwn
      ? (await readMembership(lab.contextFor({}))).lists.map((list = []) => list.length)
      : peers.map((_, peer) => degreeOf(lab.graph, peer));
    underlay = await lab.underlay();
  } catch (error) {
    // What is left of a lab is shown, even where its peers do not answer.
    if (!(error instanceof LabError)) throw error;
    note(`the links are unknown: ${error.message}`);
  }
  const document: InspectDocument = {
    lab: running.name,
    driver: running.driver,
    topologyHash: running.hash,
    ephemeral: running.ephemeral,
    network: running.network,
    peers: states.map((peer, i) => peerDocument(peer, labels[i])),
    needs,
    notes,
    ports,
    links,
    inForce,
    ...(underlay.length === 0 ? {} : { underlay }),
  };
  if (format === 'json') printJson(document);
  else printText(document, neighbours, isOwn);
  await running.close();
  const isWhole = links?.faults.length === 0 && document.peers.every(({ state }) => state === 'running');
  return isWhole ? EXIT.ok : EXIT.failed;
}

/** The state of a peer says them. */
const OF_PEERS: readonly ActiveFault['kind'][] = ['stopped', 'paused', 'isolated'];

function printText(document: InspectDocument, neighbours: readonly number[], isOwn: boolean): void {
  const { lab, driver, network, peers, links, inForce, needs, notes, ports } = document;
  const up = peers.filter(({ state }) => state === 'running').length;
  const facts = [
    driver,
    `${network.subnet}${network.internal ? ', no external access' : ''}`,
    up === peers.length ? plural(up, 'peer') : `${up} of ${peers.length} peers run`,
    ...(links === null
      ? []
      : isOwn
        ? [`${plural(links.up, 'own link')}`]
        : [links.up === links.drawn ? plural(links.up, 'link') : `${links.up} of ${links.drawn} links`]),
    ...protectionText(links?.pairs ?? []),
  ];
  print(`${style.strong(lab)}  ${facts.join(' · ')}`);
  const runsAs = peers.some(({ containerId }) => containerId !== undefined) ? 'CONTAINER' : 'PROCESS';
  const hasEngines = peers.some(({ engine }) => engine !== undefined);
  const hasKeys = peers.some(({ publicKey }) => publicKey !== undefined);
  const isMixed = new Set(peers.map(({ security }) => security)).size > 1;
  const isLabelled = peers.some(({ label }) => label !== undefined);
  const rows = peers.map((peer, i) => [
    peer.name,
    ...(isLabelled ? [peer.label ?? ''] : []),
    `${peer.address}:${peer.port}`,
    stateText(peer),
    neighbours[i] ?? '-',
    ...(hasEngines ? [peer.engine ?? '-'] : []),
    peer.containerId?.slice(0, 12) ?? String(peer.processId ?? '-'),
    ...(isMixed ? [peer.security ?? '-'] : []),
    peer.nodeId,
    ...(hasKeys ? [peer.publicKey ?? '-'] : []),
  ]);
  const head = [
    'PEER',
    ...(isLabelled ? ['LABEL'] : []),
    'ADDRESS',
    'STATE',
    'LINKS',
    ...(hasEngines ? ['ENGINE'] : []),
    runsAs,
    ...(isMixed ? ['SECURITY'] : []),
    'NODE ID',
    ...(hasKeys ? ['PUBLIC KEY'] : []),
  ];
  for (const line of table(head, rows)) print(line);
  for (const line of directedLinks(links?.pairs ?? [])) print(line);
  const others = (inForce ?? []).filter(({ kind }) => !OF_PEERS.includes(kind));
  for (const line of activeFaultText(others)) print(`${style.warn('⚡')} ${line}`);
  for (const [text, names] of grouped(needs)) print(`${style.dim(names.join(', '))}  ${text}`);
  if (document.underlay !== undefined) print(style.dim(underlayText(document.underlay)));
  for (const why of new Set(peers.flatMap(({ unseen }) => unseen ?? []))) print(`${style.bad('✖')} ${why}`);
  for (const port of ports) print(`${style.dim(port.peer)}  ${publishedText(port)}`);
  for (const text of notes) print(style.dim(`note: ${text}`));
  for (const { detail } of links?.faults ?? []) print(`${style.bad('✖')} ${detail}`);
}

/** How links are protected: `sealed`, `2 sealed, 3 open`; nothing where nobody says. */
function protectionText(pairs: NonNullable<InspectDocument['links']>['pairs']): string[] {
  const counts = SECURITY_SETTINGS.flatMap(setting => {
    const count = pairs.filter(({ security }) => security === setting).length;
    return count === 0 ? [] : [{ setting, count }];
  });
  const [only, ...more] = counts;
  if (only === undefined) return [];
  const isAll = more.length === 0 && pairs.every(({ security }) => security !== undefined);
  return [isAll ? only.setting : counts.map(({ setting, count }) => `${count} ${setting}`).join(', ')];
}

/** What peers need, each text with those that it holds for. */
function grouped(needs: InspectDocument['needs']): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { peer, ...own } of needs) {
    const text = needsInWords(own).join(', ');
    groups.set(text, [...(groups.get(text) ?? []), peer]);
  }
  return groups;
}

/** Links on which something differs by direction, as a table; none where there are none. */
function directedLinks(pairs: NonNullable<InspectDocument['links']>['pairs']): string[] {
  const directed = pairs.filter(({ settings = {} }) => isDirected(settings));
  if (directed.length === 0) return [];
  const rows = directed.slice(0, MAX_DIRECTED).flatMap(({ a, b, settings = {} }) => [
    [`${a} to ${b}`, linkSettingsText(oneWay(settings, 'there'))],
    [`${b} to ${a}`, linkSettingsText(oneWay(settings, 'back'))],
  ]);
  const more = directed.length - MAX_DIRECTED;
  return [...table(['LINK', 'SETTINGS'], rows), ...(more > 0 ? [`and ${more} more: -f json`] : [])];
}
