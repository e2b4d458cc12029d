/** Serves the page of a lab. Start at page-server.ts; what the page may do is packages/dashboard/src/protocol, and how it is done perform.ts. */
export { exportHtml } from './export-html.ts';
export { LinkFaultWatch } from './link-fault-watch.ts';
export { readPage } from './page-files.ts';
export { createToken, type PageServer, servePage } from './page-server.ts';
export { createPerformer, type Performer } from './perform.ts';
export { TraceLog } from './trace-log.ts';
