/** What each verb of a fault does to a lab: links are cut or shaped by the peers at their ends, peers by the driver. */
import type { LinkShape } from '@peerlab/conditions';
import type { NetemSettings } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { chosenLinks, chosenPeers, type LinkPlaces, partitionGroups } from './choose-targets.ts';
import type { AppliedFault, Fault, FaultVerb } from './fault.ts';
import type { FaultyLab, LabFaults } from './lab-faults.ts';
import { type Direction, direction, endsOf, type Layer } from './link-state.ts';

/** Applies one fault, wholly or not at all. @throws {LabError} as `Lab.fault` */
export async function applyFault(faults: LabFaults, fault: Fault): Promise<AppliedFault> {
  return await APPLY[fault.verb](faults, fault);
}

type Apply = (faults: LabFaults, fault: Fault) => Promise<AppliedFault>;

const APPLY: Readonly<Record<FaultVerb, Apply>> = {
  partition,
  'link-down': cutLinks,
  slow: shapeLinks,
  flaky: shapeLinks,
  rate: shapeLinks,
  kill: stopPeers,
  stop: stopPeers,
  pause: stopPeers,
  isolate: stopPeers,
};

async function partition(faults: LabFaults, fault: Fault): Promise<AppliedFault> {
  const { topology } = faults.lab;
  const groups = partitionGroups(fault, topology, name => faults.lab.peerIndex(name));
  const across = topology.links.filter(({ a, b }) => groups[a] !== groups[b]);
  const isOneWay = fault.oneWay === true;
  const hit = isOneWay ? across.filter(({ a, b }) => groups[a] === 0 || groups[b] === 0) : across;
  const layer: Layer = new Map();
  for (const { a, b } of hit) {
    if (!isOneWay) {
      layer.set(direction(a, b), { down: true });
      layer.set(direction(b, a), { down: true });
    } else layer.set(groups[a] === 0 ? direction(a, b) : direction(b, a), { mute: true });
  }
  const { take, untold } = await faults.putLayer(layer);
  const links = hit.map(({ a, b }): LinkPlaces => [a, b]);
  await requireTold(faults, fault, layer, untold, take, isOneWay);
  const parts = [...new Set(groups)].sort((a, b) => a - b);
  const names = parts.map(part => {
    const members = topology.peers.flatMap(({ name }, i) => (groups[i] === part ? [name] : []));
    return members.length > 6 ? `${members.slice(0, 5).join(' ')} and ${members.length - 5} more` : members.join(' ');
  });
  const what = isOneWay ? `${plural(hit.length, 'link')} one way` : `${plural(hit.length, 'link')} cut`;
  return applied(faults, fault, { text: `partition: ${names.join(' | ')}; ${what}`, links, take });
}

async function cutLinks(faults: LabFaults, fault: Fault): Promise<AppliedFault> {
  const links = chosenLinks(fault, faults.lab.topology, name => faults.lab.peerIndex(name));
  const layer: Layer = new Map(bothWays(links).map(key => [key, { down: true }]));
  const { take, untold } = await faults.putLayer(layer);
  await requireTold(faults, fault, layer, untold, take, false);
  return applied(faults, fault, { text: `cut ${linksText(faults, links)}`, links, take });
}

async function shapeLinks(faults: LabFaults, fault: Fault): Promise<AppliedFault> {
  const { lab } = faults;
  const links = chosenLinks(fault, lab.topology, name => lab.peerIndex(name));
  const settings = settingsOf(fault);
  const layer: Layer = new Map(bothWays(links).map(key => [key, settings]));
  const { take, untold } = await faults.putLayer(layer);
  // A peer that cannot shape, and is hit as a whole, has the kernel do it for all that it sends.
  const unable = [...new Set(untold.map(key => endsOf(key)[0]))].filter(peer => lab.endpoints[peer] !== undefined);
  const whole = new Set(fault.peers?.map(name => lab.peerIndex(name)));
  const byKernel = unable.filter(peer => whole.has(peer) && lab.running.netem !== undefined);
  const notes: string[] = [];
  try {
    const netem = netemOf(settings);
    await faults.shapeByKernel(new Map(byKernel.map(peer => [peer, netem])));
    const left = unable.filter(peer => !byKernel.includes(peer));
    if (byKernel.length > 0)
      notes.push(`${namesText(faults, byKernel)} cannot shape: the kernel does it for all they send`);
    if (left.length > 0) {
      const why = `${namesText(faults, left)} cannot shape what they send, so it acts in the other direction only`;
      if (untold.length === layer.size && byKernel.length === 0) {
        const advice =
          lab.running.netem === undefined ? undefined : 'name the peers: the kernel can shape all that one sends';
        throw new LabError('NOT_SUPPORTED', `${fault.verb}: ${namesText(faults, left)} cannot shape what they send`, {
          ...(advice === undefined ? {} : { advice }),
        });
      }
      notes.push(why);
    }
  } catch (error) {
    await take();
    throw error;
  }
  const revert = async (): Promise<void> => {
    await take();
    for (const peer of byKernel) await lab.running.netem?.(peer, null);
  };
  const latency = fault.verb === 'slow' ? await faults.latencyOf(links) : undefined;
  const text = `${fault.verb} ${linksText(faults, links)}: ${settingsText(settings)}`;
  return { ...applied(faults, fault, { text, links, take: revert }), notes, ...(latency && { latency }) };
}

const DO: Readonly<Record<string, (lab: FaultyLab, peer: string, fault: Fault) => Promise<void>>> = {
  kill: async (lab, peer, { signal }) => await lab.kill(peer, (signal ?? 'SIGKILL') as NodeJS.Signals),
  stop: async (lab, peer) => await lab.stop(peer),
  pause: async (lab, peer) => await lab.pause(peer),
  isolate: async (lab, peer) => await lab.isolate(peer),
};

const UNDO: Readonly<Record<string, (lab: FaultyLab, peer: string) => Promise<void>>> = {
  kill: async (lab, peer) => await lab.start(peer),
  stop: async (lab, peer) => await lab.start(peer),
  pause: async (lab, peer) => await lab.unpause(peer),
  isolate: async (lab, peer) => await lab.rejoin(peer),
};

const DONE: Readonly<Record<string, string>> = {
  kill: 'killed',
  stop: 'stopped',
  pause: 'paused',
  isolate: 'off the network:',
};

async function stopPeers(faults: LabFaults, fault: Fault): Promise<AppliedFault> {
  const { lab } = faults;
  const { verb } = fault;
  const isThere = (place: number): boolean => lab.endpoints[place] !== undefined;
  const peers = chosenPeers(fault, lab.topology, name => lab.peerIndex(name), isThere).map(place =>
    faults.nameOf(place),
  );
  const done: string[] = [];
  const undo = async (): Promise<void> => {
    for (const peer of done.splice(0).reverse()) await UNDO[verb]?.(lab, peer);
  };
  try {
    for (const peer of peers) {
      await DO[verb]?.(lab, peer, fault);
      done.push(peer);
    }
  } catch (error) {
    await undo().catch(() => undefined);
    const cannot = verb === 'isolate' && error instanceof LabError && error.code === 'NOT_SUPPORTED';
    if (!cannot) throw error;
    const cut = await cutLinks(faults, { verb: 'link-down', peers });
    const notes = [`${error.message}: all links of these peers were cut instead`, ...cut.notes];
    return {
      ...cut,
      fault,
      text: `isolate ${peers.join(' ')}: ${plural(cut.links.length, 'link')} cut`,
      peers: [],
      notes,
    };
  }
  const signal = verb === 'kill' && fault.signal !== undefined ? ` by ${fault.signal}` : '';
  const text = `${DONE[verb]} ${peers.join(' ')}${signal}`;
  return { fault, text, peers, links: [], notes: [], revert: undo };
}

/** A cut needs one end of each link, a mute the end that sends. */
async function requireTold(
  faults: LabFaults,
  fault: Fault,
  layer: Layer,
  untold: readonly Direction[],
  take: () => Promise<void>,
  isOneWay: boolean,
): Promise<void> {
  const isTold = (from: number, to: number): boolean => {
    const key = direction(from, to);
    return layer.has(key) && !untold.includes(key);
  };
  const isRunning = (peer: number): boolean => faults.lab.endpoints[peer] !== undefined;
  const failed = untold.map(endsOf).filter(([from, to]) => {
    // Between peers that do not run there is nothing to cut.
    if (!isRunning(from) || !isRunning(to)) return false;
    return isOneWay || !isTold(to, from);
  });
  if (failed.length === 0) return;
  await take();
  const peers = [...new Set(failed.map(([from]) => from))];
  const message = `${fault.verb}: ${namesText(faults, peers)} cannot cut a link`;
  const advice = 'such peers can be stopped, paused, or taken off the network as a whole: kill, pause, isolate';
  throw new LabError('NOT_SUPPORTED', message, { advice });
}

function applied(
  faults: LabFaults,
  fault: Fault,
  { text, links, take }: { text: string; links: readonly LinkPlaces[]; take: () => Promise<void> },
): AppliedFault {
  const named = links.map(([a, b]) => [faults.nameOf(a), faults.nameOf(b)] as const);
  return { fault, text, peers: [], links: named, notes: [], revert: take };
}

function settingsOf(fault: Fault): LinkShape {
  const { verb, latencyMs, jitterMs, lossRatio, bandwidthKbps } = fault;
  const given: Partial<Record<FaultVerb, LinkShape>> = {
    slow: { ...(latencyMs !== undefined && { latencyMs }), ...(jitterMs !== undefined && { jitterMs }) },
    flaky: { ...(lossRatio !== undefined && { lossRatio }) },
    rate: { ...(bandwidthKbps !== undefined && { bandwidthKbps }) },
  };
  const settings = given[verb] ?? {};
  if (Object.keys(settings).length > 0) return settings;
  const needs = { slow: 'a latency', flaky: 'a loss ratio', rate: 'a bandwidth' } as Record<string, string>;
  throw new LabError('NOT_SUPPORTED', `${verb} needs ${needs[verb]}`);
}

function netemOf({ latencyMs, jitterMs, lossRatio, bandwidthKbps }: LinkShape): NetemSettings {
  return { latencyMs: typeof latencyMs === 'number' ? latencyMs : undefined, jitterMs, lossRatio, bandwidthKbps };
}

function settingsText({ latencyMs, jitterMs, lossRatio, bandwidthKbps }: LinkShape): string {
  return [
    ...(latencyMs === undefined ? [] : [`${latencyMs} ms one way`]),
    ...(jitterMs === undefined ? [] : [`jitter ${jitterMs} ms`]),
    ...(lossRatio === undefined ? [] : [`${Math.round(lossRatio * 1e4) / 100} % lost`]),
    ...(bandwidthKbps === undefined ? [] : [`${bandwidthKbps} kbit/s`]),
  ].join(', ');
}

function bothWays(links: readonly LinkPlaces[]): Direction[] {
  return links.flatMap(([a, b]) => [direction(a, b), direction(b, a)]);
}

function linksText(faults: LabFaults, links: readonly LinkPlaces[]): string {
  const names = links.map(([a, b]) => `${faults.nameOf(a)}-${faults.nameOf(b)}`);
  return names.length > 6 ? `${names.slice(0, 5).join(' ')} and ${names.length - 5} more` : names.join(' ');
}

function namesText(faults: LabFaults, peers: readonly number[]): string {
  const names = peers.map(peer => faults.nameOf(peer));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
