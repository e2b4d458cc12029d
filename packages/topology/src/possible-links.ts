/** Which pairs of peers may be linked: those that are drawn, or, where the peers choose their own links, all of them. */
import type { LinkSpec, Topology } from './model.ts';

/** See the module's header. In topology order, the first of each pair before the second where no link is drawn. */
export function possibleLinks({ links, ownLinks, peers, defaults }: Topology): readonly LinkSpec[] {
  if (ownLinks !== true) return links;
  return peers.flatMap((_, a) =>
    Array.from({ length: peers.length - a - 1 }, (_, i) => ({ a, b: a + 1 + i, settings: defaults.links })),
  );
}
