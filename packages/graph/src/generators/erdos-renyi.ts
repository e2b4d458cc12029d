/** The classic random graph: every pair is linked with the same probability. */
import { EdgeBuffer } from '../edge-list.ts';
import { ln } from '../random/exact-math.ts';
import { fullEdges } from './basic.ts';
import { type Generator, pairsOf, peersParameter, value } from './generator.ts';

/** See the module's header. */
export const erdosRenyi: Generator = {
  name: 'erdos-renyi',
  doc: 'every pair is linked with the same probability (Erdos and Renyi, 1959); may be disconnected',
  parameters: [
    peersParameter(1),
    { name: 'probability', doc: 'the probability of each link', kind: 'ratio', min: 0, max: 1 },
  ],
  isRandom: true,
  size: values => {
    const peers = value(values, 'peers');
    return { peers, links: value(values, 'probability') * pairsOf(peers) };
  },
  edges: (values, random) => {
    const [peers, probability] = [value(values, 'peers'), value(values, 'probability')];
    if (probability === 1) return fullEdges(peers);
    const edges = new EdgeBuffer(1.1 * probability * pairsOf(peers));
    // Skips from link to link (Batagelj and Brandes, 2005). ln(1 - p) is -p for a small p, which 1 - p would round away.
    const scale = 1 / (probability < 1e-8 ? -probability : ln(1 - probability));
    let column = -1;
    for (let row = 1; row < peers; ) {
      column += 1 + Math.floor(ln((random.u32() + 0.5) / 2 ** 32) * scale);
      while (column >= row && row < peers) {
        column -= row;
        row++;
      }
      if (row < peers) edges.add(row, column);
    }
    return edges;
  },
};
