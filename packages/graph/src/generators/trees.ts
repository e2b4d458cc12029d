/** A root and its descendants: tree, regular-tree. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, type GraphSize, type Parameter, value } from './generator.ts';

const depth: Parameter = { name: 'depth', doc: 'levels below the root', kind: 'integer', min: 0, max: 25 };

/** Every inner peer has the same number of children. */
export const tree: Generator = {
  name: 'tree',
  doc: 'a root (n0) and `depth` levels below it, `arity` children per inner peer: one path only, so no duplicates',
  parameters: [{ name: 'arity', doc: 'children of each inner peer', kind: 'integer', min: 1, max: 1000 }, depth],
  isRandom: false,
  size: values => treeSize(value(values, 'arity'), value(values, 'arity'), value(values, 'depth')),
  edges: values => descendants(value(values, 'arity'), value(values, 'arity'), value(values, 'depth')),
};

/** Every inner peer has the same number of links. */
export const regularTree: Generator = {
  name: 'regular-tree',
  doc: 'a tree whose inner peers, including the root (n0), have `degree` links each: the graph that most formulas assume',
  parameters: [{ name: 'degree', doc: 'links of each inner peer', kind: 'integer', min: 2, max: 1000 }, depth],
  isRandom: false,
  size: values => treeSize(value(values, 'degree'), value(values, 'degree') - 1, value(values, 'depth')),
  edges: values => descendants(value(values, 'degree'), value(values, 'degree') - 1, value(values, 'depth')),
};

function treeSize(ofRoot: number, ofOthers: number, levels: number): GraphSize {
  let level = 1;
  let peers = 1;
  for (let d = 0; d < levels; d++) {
    level *= d === 0 ? ofRoot : ofOthers;
    peers += level;
  }
  return { peers, links: peers - 1 };
}

function descendants(ofRoot: number, ofOthers: number, levels: number): EdgeBuffer {
  const { peers } = treeSize(ofRoot, ofOthers, levels);
  const edges = new EdgeBuffer(peers);
  let next = 1;
  for (let parent = 0; next < peers; parent++) {
    const children = parent === 0 ? ofRoot : ofOthers;
    for (let i = 0; i < children; i++) edges.add(parent, next++);
  }
  return edges;
}
