/** What a link runs on: a connection of the host's. */

/** What the host gives for each connection. Calls never come back into the peer before they return. */
export interface LinkTransport {
  /**
   * Takes whole frames to be written in this order. The array is not changed afterwards, by either side.
   * @returns how many of its data frames the network loses, so that nobody waits for them; 0 on every real network
   */
  send(bytes: Uint8Array): number;
  /** Ends the connection: after what was sent (`flush`), or at once (`abort`). The host then reports `closed` no more. */
  close(how: 'flush' | 'abort'): void;
  /** Bytes taken by `send` and not yet by the network. */
  readonly queuedBytes: number;
  /**
   * Of them, those that this connection alone has: copies that are being written. The others wait as one array for all links.
   * @default 0
   */
  readonly writingBytes?: number | undefined;
  /**
   * Where the connection is encrypted: what nobody else can have in common with both ends, known before the first bytes
   * arrive. For TLS 1.3, `tls-exporter` of RFC 9266.
   */
  readonly binding?: Uint8Array | undefined;
}

/** Which end dialled: `out` is this peer. */
export type Direction = 'in' | 'out';

/** A connection as the host hands it over. */
export interface LinkConnection {
  readonly transport: LinkTransport;
  readonly direction: Direction;
  /** The other end, as `host:port`, for people. */
  readonly address: string;
}
