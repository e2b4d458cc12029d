/** Regular lattices: grid, torus, hypercube. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, type Parameter, value } from './generator.ts';

const side = (name: string, min: number): Parameter => ({
  name,
  doc: `how many ${name}`,
  kind: 'integer',
  min,
  max: 2 ** 13,
});

/** Rows and columns. */
export const grid: Generator = {
  name: 'grid',
  doc: 'rows and columns: many shortest paths; four neighbours inside, fewer at the border',
  parameters: [side('rows', 1), side('columns', 1)],
  isRandom: false,
  size: values => {
    const [rows, columns] = [value(values, 'rows'), value(values, 'columns')];
    return { peers: rows * columns, links: 2 * rows * columns - rows - columns };
  },
  edges: values => lattice(value(values, 'rows'), value(values, 'columns'), false),
};

/** A grid whose borders meet. */
export const torus: Generator = {
  name: 'torus',
  doc: 'a grid whose opposite borders meet: every peer has four neighbours and the same view',
  parameters: [side('rows', 3), side('columns', 3)],
  isRandom: false,
  size: values => {
    const peers = value(values, 'rows') * value(values, 'columns');
    return { peers, links: 2 * peers };
  },
  edges: values => lattice(value(values, 'rows'), value(values, 'columns'), true),
};

/** Corners of a cube in many dimensions. */
export const hypercube: Generator = {
  name: 'hypercube',
  doc: 'the corners of a cube in `dimensions` dimensions: diameter and degree are the logarithm of the number of peers',
  parameters: [{ name: 'dimensions', doc: 'dimensions; 2 to that power peers', kind: 'integer', min: 1, max: 24 }],
  isRandom: false,
  size: values => {
    const dimensions = value(values, 'dimensions');
    return { peers: 2 ** dimensions, links: dimensions * 2 ** (dimensions - 1) };
  },
  edges: values => {
    const dimensions = value(values, 'dimensions');
    const peers = 2 ** dimensions;
    const edges = new EdgeBuffer((peers * dimensions) / 2);
    for (let i = 0; i < peers; i++) {
      for (let d = 0; d < dimensions; d++) if ((i & (1 << d)) === 0) edges.add(i, i | (1 << d));
    }
    return edges;
  },
};

function lattice(rows: number, columns: number, wraps: boolean): EdgeBuffer {
  const edges = new EdgeBuffer(2 * rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const here = r * columns + c;
      if (wraps || c + 1 < columns) edges.add(here, r * columns + ((c + 1) % columns));
      if (wraps || r + 1 < rows) edges.add(here, ((r + 1) % rows) * columns + c);
    }
  }
  return edges;
}
