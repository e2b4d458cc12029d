/** The last steps of `up` (../up.ts) for a lab whose peers share containers. */
import type { LabPlan, PlannedPeer, RunningLab, WorkContext } from '@peerlab/driver';
import { LabError, LastWords } from '@peerlab/driver';
import type { Fleet } from '../fleet.ts';
import type { LabFacts, PeerRecipe } from '../labels.ts';
import type { LabNetwork } from '../network.ts';
import type { DockerSettings } from '../options.ts';
import { findRemains } from '../remains.ts';
import type { FoundContainer } from '../survey.ts';
import type { BlockLink } from './block-link.ts';
import type { PackLayout } from './pack-layout.ts';
import type { Pack } from './pack-of.ts';
import { packedLab } from './packed-lab.ts';
import { raiseBlocks } from './raise-blocks.ts';

/** What {@link raisePacked} needs. */
export interface PackedWish {
  readonly plan: LabPlan;
  readonly facts: LabFacts;
  readonly settings: DockerSettings;
  readonly context: WorkContext;
  readonly network: LabNetwork;
  readonly layout: PackLayout;
  readonly recipeOf: (peer: PlannedPeer) => PeerRecipe;
  readonly existing: readonly FoundContainer[];
  readonly cores: number;
}

/** Starts containers and peers, and hands the lab over once each of them runs. @throws {LabError} as `Driver.up` */
export async function raisePacked(
  fleet: Fleet,
  { plan, facts, settings, context, network, layout, recipeOf, existing, cores }: PackedWish,
  links: Map<number, BlockLink>,
): Promise<RunningLab> {
  const { name, ephemeral, peers } = plan;
  const pack: Pack = {
    lab: name,
    ephemeral,
    peers: peers.map(peer => ({ peer, recipe: recipeOf(peer) })),
    layout,
    subnet: network.subnet,
    networkName: network.name,
  };
  const containers = layout.blocks.length;
  const inContainers = `in ${containers} ${containers === 1 ? 'container' : 'containers'}`;
  const tell = (count: number): void =>
    context.report({ step: 'peers', state: 'running', detail: `${count} of ${peers.length}, ${inContainers}` });
  const { signal } = context;
  await raiseBlocks(fleet.control, { pack, plan, facts, settings, cores, existing, signal, onStarted: tell }, links);
  const remains = await findRemains(fleet, name);
  if (remains === undefined) throw new LabError('PEER_FAILED', `${name} was removed while it came up`);
  const lab = await packedLab(fleet, settings, remains, pack, links);
  const lost = lab.peers.find(({ state }) => state !== 'running' && state !== 'paused');
  if (lost !== undefined) throw peerEnded(plan, pack, lost, links);
  const addresses = new Set(lab.peers.map(({ address }) => address)).size;
  context.report({
    step: 'peers',
    state: 'done',
    detail: `${peers.length} up, ${addresses} addresses, ${inContainers}`,
  });
  return lab;
}

function peerEnded(
  plan: LabPlan,
  { layout }: Pack,
  { index, name: peer }: { readonly index: number; readonly name: string },
  links: ReadonlyMap<number, BlockLink>,
): LabError {
  const link = links.get(layout.placeOf[index]?.block ?? -1);
  const end = link?.endOf(index) ?? { reason: 'is gone' };
  const { clause, cause, lines: lastLines } = link?.wordsOf(index) ?? new LastWords();
  const details = { lab: plan.name, peer, ...end, lastLines, ...(cause === undefined ? {} : { cause }) };
  return new LabError('PEER_FAILED', `the peer ${peer} of ${plan.name} ${end.reason} right after its start${clause}`, {
    details,
  });
}
