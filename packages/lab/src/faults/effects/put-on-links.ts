/**
 * Puts a layer of settings on links for a fault that needs them told: a cut needs one end of each link, a mute the sender. Of peers
 * that cannot, the kernel does it.
 */
import { type Fault, verbsOn } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import type { PutLayer } from '../../links/link-control.ts';
import { direction, endsOf, type Layer } from '../../links/link-state.ts';
import type { LinkPlaces } from '../choose-targets.ts';
import type { EffectPorts } from './effect.ts';
import { namesText } from './fault-text.ts';

/** What was put on links. */
export interface PutOnLinks {
  readonly revert: PutLayer['take'];
  /** What the kernel does in the place of peers. */
  readonly notes: readonly string[];
}

/** Cuts the links, both ways. @throws {LabError} `NOT_SUPPORTED` naming the peers that cannot */
export async function cut(ports: EffectPorts, fault: Fault, links: readonly LinkPlaces[]): Promise<PutOnLinks> {
  const layer: Layer = new Map(
    links.flatMap(([a, b]) => [
      [direction(a, b), { down: true }],
      [direction(b, a), { down: true }],
    ]),
  );
  // Either end can cut a link.
  return await put(ports, fault, layer, (from, to, isTold) => isTold(from, to) || isTold(to, from));
}

/** Drops what the first of each pair sends to the second. @throws {LabError} `NOT_SUPPORTED` naming the peers that cannot */
export async function mute(ports: EffectPorts, fault: Fault, ways: readonly LinkPlaces[]): Promise<PutOnLinks> {
  const layer: Layer = new Map(ways.map(([from, to]) => [direction(from, to), { mute: true }]));
  const { revert, notes } = await put(ports, fault, layer, (from, to, isTold) => isTold(from, to));
  const stalls = 'TCP connections between them stall both ways: acknowledgements are lost';
  return { revert, notes: notes.map(note => `${note}; ${stalls}`) };
}

type IsTold = (from: number, to: number) => boolean;

async function put(
  { topology, links, isRunning }: EffectPorts,
  fault: Fault,
  layer: Layer,
  holds: (from: number, to: number, isTold: IsTold) => boolean,
): Promise<PutOnLinks> {
  const { take, untold, byKernel } = await links.put(layer);
  const isTold: IsTold = (from, to) => {
    const key = direction(from, to);
    return layer.has(key) && !untold.includes(key);
  };
  // Between peers that do not run there is nothing to cut.
  const failed = untold
    .map(endsOf)
    .filter(([from, to]) => isRunning(from) && isRunning(to) && !holds(from, to, isTold));
  if (failed.length === 0) {
    const silent = [...new Set(byKernel.map(key => endsOf(key)[0]))].sort((a, b) => a - b);
    if (silent.length === 0) return { revert: take, notes: [] };
    const who = namesText(topology, silent);
    return { revert: take, notes: [`by the kernel, silently, what ${who} ${silent.length === 1 ? 'sends' : 'send'}`] };
  }
  await take();
  const peers = [...new Set(failed.map(([from]) => from))];
  const lacking = links.withoutKernel;
  const why = lacking === undefined ? '' : `, and the kernel cannot do it for them: ${lacking.reason}`;
  const message = `${fault.verb}: ${namesText(topology, peers)} cannot cut a link${why}`;
  const advice = lacking?.advice ?? `use a fault on whole peers: ${verbsOn('peers').join(', ')}`;
  throw new LabError('NOT_SUPPORTED', message, { advice });
}
