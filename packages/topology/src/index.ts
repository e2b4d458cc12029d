/** Topologies: files, generators, graph mathematics. Start at parse.ts, graph.ts and flood-prediction.ts. */
export * from './distances.ts';
export { topologyJsonSchema } from './file-schema.ts';
export * from './flood-prediction.ts';
export {
  type GeneratedGraph,
  type Generator,
  MAX_LAID_OUT_PEERS,
  type Parameter,
  type Values,
} from './generators/generator.ts';
export { checkValues, findGenerator, GENERATORS, type GeneratorSpec, generate } from './generators/index.ts';
export * from './graph.ts';
export { OWN_KIND } from './kind-schema.ts';
export * from './model.ts';
export { didYouMean, nearest } from './nearest.ts';
export { type ParseOptions, parseAnyTopology, parseTopology } from './parse.ts';
export { below, createRandom, type Random } from './random.ts';
export * from './resolved-json.ts';
export type * from './scenario/model.ts';
export { expandPeers } from './scenario/peer-words.ts';
export { compares, readDurationMs } from './scenario/quantities.ts';
export * from './to-yaml.ts';
export * from './topology-error.ts';
