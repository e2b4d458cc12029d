/** Every peer chooses some others: the graph of a network whose peers know of each other and dial a few. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, pairsOf, peersParameter, value } from './generator.ts';

/** See the module's header. */
export const randomChoice: Generator = {
  name: 'random-choice',
  doc: 'each peer chooses `choices` random others, so it has about twice as many links; works for millions of peers',
  parameters: [
    peersParameter(2),
    { name: 'choices', doc: 'others that each peer chooses', kind: 'integer', min: 1, max: 1000 },
  ],
  isRandom: true,
  conflict: values => {
    const peers = value(values, 'peers');
    return value(values, 'choices') >= peers
      ? { parameter: 'choices', message: `must be below the number of peers, ${peers}` }
      : undefined;
  },
  size: values => {
    const [peers, choices] = [value(values, 'peers'), value(values, 'choices')];
    // Two peers that chose each other have one link.
    return { peers, links: peers * choices - pairsOf(peers) * (choices / (peers - 1)) ** 2 };
  },
  edges: (values, random) => {
    const [peers, choices] = [value(values, 'peers'), value(values, 'choices')];
    const edges = new EdgeBuffer(peers * choices);
    for (let peer = 0; peer < peers; peer++) {
      const first = edges.count;
      while (edges.count < first + choices) {
        // Drawn from the others: those from this peer on move up by one.
        const draw = random.below(peers - 1);
        const other = draw < peer ? draw : draw + 1;
        let isNew = true;
        for (let at = first; at < edges.count; at++) if (edges.b[at] === other) isNew = false;
        if (isNew) edges.add(peer, other);
      }
    }
    return edges;
  },
};
