/** The zod schemas of settings and faults, apart from the rest, so that a page need not load zod. */
export * from './faults/fault-schema.ts';
export * from './link-schema.ts';
export * from './number-schema.ts';
