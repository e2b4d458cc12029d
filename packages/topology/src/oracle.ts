/** The graph mathematics alone, without files, schemas or Node: what a page computes expectations with. */
export * from './distances.ts';
export * from './flood-prediction.ts';
export * from './graph.ts';
