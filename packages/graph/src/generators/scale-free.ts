/** Growth with preference for what is linked already: hubs. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, pairsOf, peersParameter, value } from './generator.ts';

/** See the module's header. */
export const scaleFree: Generator = {
  name: 'scale-free',
  doc: 'each new peer links to `links` others and prefers those with many links (Barabasi and Albert, 1999): hubs',
  parameters: [
    peersParameter(2),
    { name: 'links', doc: 'links that each new peer brings', kind: 'integer', min: 1, max: 1000, default: 2 },
  ],
  isRandom: true,
  conflict: values => {
    const peers = value(values, 'peers');
    return value(values, 'links') >= peers
      ? { parameter: 'links', message: `must be below the number of peers, ${peers}` }
      : undefined;
  },
  size: values => {
    const [peers, links] = [value(values, 'peers'), value(values, 'links')];
    return { peers, links: pairsOf(links + 1) + (peers - links - 1) * links };
  },
  edges: (values, random) => {
    const [peers, links] = [value(values, 'peers'), value(values, 'links')];
    const edges = new EdgeBuffer(peers * links);
    for (let i = 1; i <= links; i++) for (let j = 0; j < i; j++) edges.add(i, j);
    for (let i = links + 1; i < peers; i++) {
      const first = edges.count;
      while (edges.count < first + links) {
        // An end of a random link: each peer as often as it has links.
        const draw = random.below(2 * first);
        const other = (draw < first ? edges.a[draw] : edges.b[draw - first]) ?? 0;
        let isNew = true;
        for (let at = first; at < edges.count; at++) if (edges.b[at] === other) isNew = false;
        if (isNew) edges.add(i, other);
      }
    }
    return edges;
  },
};
