/** The packets of peers can be recorded, whatever program they run and without a tool of theirs. */

/** See the module's header. */
export interface CanCapture {
  /**
   * Records what these peers send and receive, until it is stopped, or the peer ends. Resolves once every packet from now on is
   * recorded.
   * @throws {LabError} `NOT_SUPPORTED` with the reason; `PEER_FAILED` when one does not run; `NO_SUCH_PEER`; then nothing is captured
   */
  capture(indexes: readonly number[]): Promise<Capture>;
}

/** A capture that runs. It ends with this process, whatever ends that. */
export interface Capture {
  readonly streams: readonly CaptureStream[];
  /** Ends it: every stream brings what was captured until now, and ends. Never rejects. */
  stop(): Promise<void>;
}

/** What one interface saw. */
export interface CaptureStream {
  /** The peers whose packets are in it, by index: one, or several that share the interface. */
  readonly peers: readonly number[];
  /** True where it goes on when one of them is started again; else that one is captured by another call. */
  readonly outlivesPeers: boolean;
  /** A capture file of libpcap (pcap, pcap-savefile(5)), as it grows. Read it: nothing is dropped here, so that it would be kept. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have ended. Never rejects. */
  readonly ended: Promise<CaptureEnd>;
}

/** How a capture ended. */
export interface CaptureEnd {
  /** Packets that the kernel dropped because the capture was too slow: they are missing. Undefined where nobody knows. */
  readonly droppedPackets?: number;
  /** Why it ended before it was stopped, in one clause. */
  readonly failure?: string;
}
