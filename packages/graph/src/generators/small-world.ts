/** A ring with shortcuts. */
import { EdgeBuffer } from '../edge-list.ts';
import { EdgeSet } from '../edge-set.ts';
import { type Generator, peersParameter, value } from './generator.ts';

/** See the module's header. */
export const smallWorld: Generator = {
  name: 'small-world',
  doc: 'a ring of near neighbours, some links rewired to anywhere (Watts and Strogatz, 1998): a few shortcuts, short paths',
  parameters: [
    peersParameter(4),
    {
      name: 'neighbours',
      doc: 'near neighbours of each peer before rewiring; even',
      kind: 'integer',
      min: 2,
      max: 1000,
    },
    { name: 'rewire', doc: 'the ratio of links that are rewired', kind: 'ratio', min: 0, max: 1, default: 0.1 },
  ],
  isRandom: true,
  conflict: values => {
    const neighbours = value(values, 'neighbours');
    if (neighbours % 2 === 1) return { parameter: 'neighbours', message: `must be even, and ${neighbours} is not` };
    const peers = value(values, 'peers');
    return neighbours >= peers - 1
      ? { parameter: 'neighbours', message: `must be below the number of peers less one, ${peers - 1}` }
      : undefined;
  },
  size: values => ({
    peers: value(values, 'peers'),
    links: (value(values, 'peers') * value(values, 'neighbours')) / 2,
  }),
  edges: (values, random) => {
    const [peers, neighbours, rewire] = [value(values, 'peers'), value(values, 'neighbours'), value(values, 'rewire')];
    const count = (peers * neighbours) / 2;
    const edges = new EdgeBuffer(count);
    const known = new EdgeSet(peers, 2 * count);
    for (let step = 1; step <= neighbours / 2; step++) {
      for (let i = 0; i < peers; i++) {
        edges.add(i, (i + step) % peers);
        known.add(i, (i + step) % peers);
      }
    }
    for (let i = 0; i < edges.count; i++) {
      if (random.fraction() >= rewire) continue;
      const from = edges.a[i] ?? 0;
      const to = random.below(peers);
      if (to === from || known.has(from, to)) continue;
      known.remove(from, edges.b[i] ?? 0);
      known.add(from, to);
      edges.b[i] = to;
    }
    return edges;
  },
};
