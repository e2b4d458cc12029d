/** Recordings of labs. docs/TRACE.md tells the format; start at format.ts, recorder.ts and reader.ts. */
export * from './format.ts';
export { type JsonSchema, traceJsonSchemas } from './json-schemas.ts';
export * from './reader.ts';
export * from './recorder.ts';
export * from './trace-error.ts';
