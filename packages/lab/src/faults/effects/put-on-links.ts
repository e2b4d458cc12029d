/** Puts a layer of settings on links for a fault that needs them told: a cut needs one end of each link, a mute the sender. */
import { type Fault, verbsOn } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import type { PutLayer } from '../../links/link-control.ts';
import { direction, endsOf, type Layer } from '../../links/link-state.ts';
import type { LinkPlaces } from '../choose-targets.ts';
import type { EffectPorts } from './effect.ts';
import { namesText } from './fault-text.ts';

/** Cuts the links, both ways. @throws {LabError} `NOT_SUPPORTED` naming the peers that cannot */
export async function cut(ports: EffectPorts, fault: Fault, links: readonly LinkPlaces[]): Promise<PutLayer['take']> {
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
export async function mute(ports: EffectPorts, fault: Fault, ways: readonly LinkPlaces[]): Promise<PutLayer['take']> {
  const layer: Layer = new Map(ways.map(([from, to]) => [direction(from, to), { mute: true }]));
  return await put(ports, fault, layer, (from, to, isTold) => isTold(from, to));
}

type IsTold = (from: number, to: number) => boolean;

async function put(
  { topology, links, isRunning }: EffectPorts,
  fault: Fault,
  layer: Layer,
  holds: (from: number, to: number, isTold: IsTold) => boolean,
): Promise<PutLayer['take']> {
  const { take, untold } = await links.put(layer);
  const isTold: IsTold = (from, to) => {
    const key = direction(from, to);
    return layer.has(key) && !untold.includes(key);
  };
  // Between peers that do not run there is nothing to cut.
  const failed = untold
    .map(endsOf)
    .filter(([from, to]) => isRunning(from) && isRunning(to) && !holds(from, to, isTold));
  if (failed.length === 0) return take;
  await take();
  const peers = [...new Set(failed.map(([from]) => from))];
  const message = `${fault.verb}: ${namesText(topology, peers)} cannot cut a link`;
  const advice = `use a fault on whole peers: ${verbsOn('peers').join(', ')}`;
  throw new LabError('NOT_SUPPORTED', message, { advice });
}
