/** What a page's server is made from. */
import type { Greeting } from './event-stream.ts';
import type { PageFile } from './page-files.ts';
import type { Performer } from './perform.ts';
import type { TraceLog } from './trace-log.ts';

/** What is served. */
export interface PageServerOptions {
  /** From `readPage`. */
  readonly page: ReadonlyMap<string, PageFile>;
  readonly log: TraceLog;
  readonly mode: Greeting['mode'];
  /** From `createToken`. */
  readonly token: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What a reader should know beforehand; empty for nothing. */
  readonly note?: string | undefined;
  /** Does what the page asks for; undefined while, or where, nothing can be done. */
  readonly performer?: (() => Pick<Performer, 'perform'> | undefined) | undefined;
  /** Called when a reader was cut off because it did not keep up. */
  readonly onDropped?: (() => void) | undefined;
  /** How long a reader may take nothing while something waits for it. @default 30000 */
  readonly stallMs?: number | undefined;
}
