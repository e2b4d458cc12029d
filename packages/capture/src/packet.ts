/** A packet as an interface saw it. */

/** See the module's header. */
export interface Packet {
  /** When, in nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** What its bytes begin with: a LINKTYPE_ of https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** What was captured of it. */
  readonly data: Uint8Array;
  /** How long it was, in bytes. */
  readonly length: number;
}
