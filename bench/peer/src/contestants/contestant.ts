/** What a contestant is to the benchmark: one peer of it, on loopback TCP. */

/** Called with what arrives; each message once. */
export interface Handlers {
  broadcast(payload: Uint8Array): void;
  dm(payload: Uint8Array): void;
}

/** One running peer. */
export interface BenchPeer {
  /** The name that others send direct messages to. */
  readonly id: string;
  readonly port: number;
  connect(port: number): Promise<void>;
  /** True once so many links carry messages. */
  isReady(links: number): boolean;
  /** May be awaited for flow control. */
  broadcast(payload: Uint8Array): unknown;
  dm(to: string, payload: Uint8Array): unknown;
  /** Message frames written to all links so far; undefined: the contestant does not tell. */
  framesSent(): number | undefined;
  close(): Promise<void>;
}

/** Starts one peer. */
export type CreateBenchPeer = (handlers: Handlers) => Promise<BenchPeer>;
