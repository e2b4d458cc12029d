/** Why nothing gets from one peer to another, where there is no path: what blocks the shortest drawn way, in words. */
import { type Graph, neighboursOf, shortestPath } from '@peerlab/graph';
import { graphOf } from '@peerlab/topology';
import type { LinkedLab } from './linked-lab.ts';

/** A link of a drawn way that is not there, by places in the topology. */
export interface Gap {
  readonly a: number;
  readonly b: number;
}

/** The first gap on the shortest drawn way; undefined where no way is drawn, or every link of it is there. */
export function firstGap(
  { topology, graph }: Pick<LinkedLab, 'topology'> & { readonly graph: Graph },
  from: number,
  to: number,
): Gap | undefined {
  const way = shortestPath(graphOf(topology), from, to) ?? [];
  for (const [i, b] of way.entries()) {
    const a = way[i - 1];
    if (a !== undefined && !neighboursOf(graph, a).includes(b)) return { a, b };
  }
  return undefined;
}

/**
 * `there is no path: a fault cuts the link n2-n3`.
 * @param causeOf names what caused a gap, where the caller knows it: `"partition n0 | n1" of line 7`
 */
export function noPathText(
  lab: LinkedLab & { readonly graph: Graph },
  from: number,
  to: number,
  causeOf: (a: string, b: string) => string | undefined = () => undefined,
): string {
  const gap = firstGap(lab, from, to);
  if (gap === undefined) return 'there is no path: the topology draws none';
  const { topology, presence, whyCut } = lab;
  const [a = '', b = ''] = [gap.a, gap.b].map(place => topology.peers[place]?.name ?? '');
  const cause = causeOf(a, b);
  if (cause !== undefined) return `there is no path: the link ${a}-${b} is down because of ${cause}`;
  for (const [name, place] of [
    [a, gap.a],
    [b, gap.b],
  ] as const) {
    const away = presence.absence(place);
    if (away !== undefined) return `there is no path: ${name} ${away}`;
  }
  if (whyCut(gap.a, gap.b) !== undefined) return `there is no path: a fault cuts the link ${a}-${b}`;
  return `there is no path: the link ${a}-${b} is missing`;
}
