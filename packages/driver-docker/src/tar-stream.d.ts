/** The part of tar-stream that is used here; the package brings no types. */
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  interface Header {
    name: string;
    size?: number;
    mode?: number;
    type?: 'file' | 'directory';
    mtime?: Date;
    uid?: number;
    gid?: number;
  }

  interface Pack extends Readable {
    entry(header: Header): unknown;
    entry(header: Header, content: string | Buffer): unknown;
    entry(header: Header, done: (error?: Error | null) => void): Writable;
    finalize(): void;
  }

  export function pack(): Pack;
}
