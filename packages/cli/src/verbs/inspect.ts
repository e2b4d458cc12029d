/** `lab inspect LAB`: peers, addresses, links as they are now. */
import { openLab } from '@peerlab/orchestrator';
import { components, diameter } from '@peerlab/topology';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import { type InspectDocument, peerDocument } from '../output/documents.ts';
import { print, printJson, table } from '../output/print.ts';
import { style } from '../output/style.ts';
import { nameOf } from './down.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface InspectArgs extends FormatArgs {
  readonly lab: string;
}

/** The verb. */
export const inspect: Verb<InspectArgs> = {
  command: 'inspect <lab>',
  describe: 'show the peers and links of a lab as they are now',
  builder: args =>
    withFormat(args).positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' }),
  handler: async ({ lab: name, format }) =>
    await run(async () => {
      await using lab = await openLab(await loadDrivers(), nameOf(name));
      const links = await lab.links();
      const { graph } = lab;
      const document: InspectDocument = {
        lab: lab.name,
        driver: lab.running.driver,
        topologyHash: lab.running.hash,
        network: lab.running.network,
        peers: lab.running.peers.map(peerDocument),
        links,
        graph: { diameter: diameter(graph), components: components(graph).length },
      };
      if (format === 'json') printJson(document);
      else
        printText(
          document,
          lab.graph.adjacency.map(neighbours => neighbours.length),
        );
      return links.faults.length === 0 && document.peers.every(({ state }) => state === 'running')
        ? EXIT.ok
        : EXIT.failed;
    }),
};

function printText({ lab, driver, network, peers, links, graph }: InspectDocument, degrees: readonly number[]): void {
  print(`${style.name(lab)}  ${driver}, ${network.subnet}${network.internal ? ', no way out' : ''}`);
  print(
    `links ${links.up} of ${links.drawn}, diameter ${graph.diameter}${graph.components > 1 ? `, in ${graph.components} parts` : ''}`,
  );
  print();
  const rows = peers.map(({ name, address, port, nodeId, state, containerId, processId }, i) => [
    name,
    `${address}:${port}`,
    state,
    degrees[i] ?? 0,
    containerId?.slice(0, 12) ?? processId ?? '',
    nodeId,
  ]);
  for (const line of table(['PEER', 'ADDRESS', 'STATE', 'LINKS', 'RUNS AS', 'NODE ID'], rows)) print(line);
  if (links.faults.length > 0) print();
  for (const { detail } of links.faults) print(`${style.bad('✖')} ${detail}`);
}
