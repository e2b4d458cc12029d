/** The page's protocol: what the page can ask of its server, as types, as a schema, and as the command that does the same. */
export * from './action-schema.ts';
export * from './actions.ts';
export * from './command-line.ts';
