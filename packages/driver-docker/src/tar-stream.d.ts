/** The part of tar-stream that is used here; the package brings no types. */
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Headers {
    name: string;
    size?: number;
    mode?: number;
    type?: 'file' | 'directory' | 'symlink' | 'link' | null;
    linkname?: string | null;
    mtime?: Date;
    uid?: number;
    gid?: number;
  }

  export interface Pack extends Readable {
    entry(header: Headers, content?: string | Buffer, done?: (error?: Error | null) => void): unknown;
    entry(header: Headers, done: (error?: Error | null) => void): Writable;
    finalize(): void;
  }

  export interface Extract extends Writable {
    on(event: 'entry', listener: (header: Headers, content: Readable, next: (error?: Error) => void) => void): this;
    on(event: string, listener: (...args: never[]) => void): this;
  }

  export function pack(): Pack;
  export function extract(): Extract;
}
