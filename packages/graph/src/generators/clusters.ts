/** Groups that hang together by single links. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, pairsOf, value } from './generator.ts';

/** Full meshes in a ring. */
export const clusters: Generator = {
  name: 'clusters',
  doc: '`clusters` groups of `size` peers: every pair inside a group is linked, and single links join the groups in a ring',
  parameters: [
    { name: 'clusters', doc: 'how many groups', kind: 'integer', min: 1, max: 100_000 },
    { name: 'size', doc: 'peers in each group', kind: 'integer', min: 2, max: 1000 },
  ],
  isRandom: false,
  size: values => {
    const [count, size] = [value(values, 'clusters'), value(values, 'size')];
    return { peers: count * size, links: count * pairsOf(size) + bridgesOf(count) };
  },
  edges: values => {
    const [count, size] = [value(values, 'clusters'), value(values, 'size')];
    const edges = new EdgeBuffer(count * pairsOf(size) + bridgesOf(count));
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) edges.add(c * size + i, c * size + j);
    }
    // The bridge leaves each group by its last peer and enters the next by its first.
    for (let c = 0; c < bridgesOf(count); c++) edges.add(c * size + size - 1, ((c + 1) % count) * size);
    return edges;
  },
};

/** Bridges between groups in a ring. Two groups need one only. */
function bridgesOf(count: number): number {
  return count > 2 ? count : count - 1;
}
