/** One graph from 2 to millions of peers. Start at graph.ts, horizon.ts and generators/generate.ts. */
export * from './components.ts';
export * from './distances.ts';
export { EdgeBuffer, type EdgeList } from './edge-list.ts';
export * from './flood-prediction.ts';
export { checkValues, withDefaults } from './generators/check-values.ts';
export * from './generators/generate.ts';
export type { Generator, GraphSize, Parameter, ValueProblem, Values } from './generators/generator.ts';
export { GeneratorError } from './generators/generator-error.ts';
export { findGenerator, GENERATOR_NAMES, GENERATORS } from './generators/index.ts';
export * from './graph.ts';
export * from './horizon.ts';
export { type Placement, place } from './placement/place.ts';
export * from './random/exact-math.ts';
export * from './random/mix32.ts';
export { Random } from './random/random.ts';
export type { Rows } from './rows.ts';
