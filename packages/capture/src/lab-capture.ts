/** A lab whose packets are captured: files as they come, and the traffic from peer to peer at the end. */
import { type Capture, type CaptureStream, type RunningLab, requireCapability } from '@peerlab/driver';
import { isForAnother, readIp } from './ip-packet.ts';
import type { Packet } from './packet.ts';
import { type ByteSink, PcapngWriter } from './pcapng.ts';
import { readPcap } from './read-pcap.ts';
import { TimeOrder } from './time-order.ts';
import { type Amount, type Flow, TrafficCounter } from './traffic.ts';

/** Where packets are written; nowhere by default. */
export interface CaptureSinks {
  /** All peers in one file, in the order of time, an interface for each peer. */
  readonly merged?: ByteSink | undefined;
  /** One file for a peer. Called once for each that is captured. */
  readonly ofPeer?: ((peer: string) => ByteSink | undefined) | undefined;
}

/** What a capture saw. */
export interface TrafficReport {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly timeMs: number;
  /** What each captured peer's interface saw, of whatever protocol. `dropped`: missing, for the capture was too slow; null: not known. */
  readonly peers: readonly (Amount & { readonly peer: string; readonly dropped: number | null })[];
  /** IP packets between peers; pairs between which nothing was seen are left out. */
  readonly traffic: readonly Flow[];
  /** IP packets to and from addresses of no peer; one that several peers saw counts as often. */
  readonly elsewhere: Amount;
  /** What is missing, and why. */
  readonly notes: readonly string[];
}

interface CapturedPeer {
  readonly name: string;
  readonly writer: PcapngWriter | undefined;
  packets: number;
  bytes: number;
  dropped: number | undefined;
}

/** See the module's header. */
export class LabCapture {
  readonly #running: RunningLab;
  readonly #sinks: CaptureSinks;
  readonly #startedAtMs: number = Date.now();
  readonly #peers: Map<number, CapturedPeer> = new Map();
  readonly #counter: TrafficCounter;
  readonly #merged: PcapngWriter | undefined;
  readonly #order: TimeOrder;
  readonly #notes: Set<string> = new Set();
  /** Peers whose capture goes on by itself when they are started again. */
  readonly #lasting: Set<number> = new Set();
  readonly #captures: Set<Capture> = new Set();
  readonly #reading: Promise<void>[] = [];
  #isStopping = false;

  private constructor(running: RunningLab, sinks: CaptureSinks) {
    this.#running = running;
    this.#sinks = sinks;
    this.#counter = new TrafficCounter(running.peers);
    this.#merged = sinks.merged === undefined ? undefined : new PcapngWriter(sinks.merged);
    this.#order = new TimeOrder((peer, packet) => this.#merged?.write(peer, packet));
  }

  /**
   * Begins; from then on every packet of these peers is captured.
   * @param indexes of peers that run
   * @throws {LabError} as `CanCapture.capture`
   */
  static async begin(running: RunningLab, indexes: readonly number[], sinks: CaptureSinks = {}): Promise<LabCapture> {
    const capture = new LabCapture(running, sinks);
    await capture.#capture(indexes);
    return capture;
  }

  /** Captures a peer that was started again; what it sent before is missing, and told. Never rejects: the capture goes on without it. */
  async again(index: number): Promise<void> {
    const name = this.#nameOf(index);
    if (this.#isStopping || !this.#peers.has(index) || this.#lasting.has(index)) return;
    try {
      await this.#capture([index]);
      this.#notes.add(`${name} was started again: its first packets after that are missing`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#notes.add(`${name} was started again, and is not captured since: ${why}`);
    }
  }

  /** Ends it, and closes the files: each is whole. */
  async stop(): Promise<TrafficReport> {
    this.#isStopping = true;
    const timeMs = Date.now() - this.#startedAtMs;
    await Promise.all([...this.#captures].map(async capture => await capture.stop()));
    await Promise.all(this.#reading);
    this.#order.end();
    this.#merged?.end();
    for (const { writer } of this.#peers.values()) writer?.end();
    const peers = [...this.#peers].sort(([a], [b]) => a - b).map(([, peer]) => peer);
    for (const { name, dropped = 0 } of peers) {
      if (dropped > 0)
        this.#notes.add(`${name}: ${dropped} packets are missing, for they came faster than they were captured`);
    }
    return {
      startedAt: new Date(this.#startedAtMs).toISOString(),
      timeMs,
      peers: peers.map(({ name, packets, bytes, dropped = null }) => ({ peer: name, packets, bytes, dropped })),
      traffic: this.#counter.flows,
      elsewhere: this.#counter.elsewhere,
      notes: [...this.#notes],
    };
  }

  async #capture(indexes: readonly number[]): Promise<void> {
    const capture = await requireCapability(this.#running, 'capture').capture(indexes);
    this.#captures.add(capture);
    this.#counter.capture(indexes);
    for (const index of indexes) {
      const name = this.#nameOf(index);
      if (this.#peers.has(index)) continue;
      const sink = this.#sinks.ofPeer?.(name);
      const writer = sink === undefined ? undefined : new PcapngWriter(sink);
      this.#peers.set(index, { name, writer, packets: 0, bytes: 0, dropped: undefined });
    }
    for (const stream of capture.streams) {
      if (stream.outlivesPeers) for (const index of stream.peers) this.#lasting.add(index);
      this.#reading.push(this.#read(stream));
    }
  }

  async #read({ peers, bytes, ended }: CaptureStream): Promise<void> {
    const names = peers.map(index => this.#nameOf(index)).join(', ');
    try {
      await readPcap(bytes, {
        onLinkType: linkType => {
          for (const index of peers) {
            for (const writer of [this.#merged, this.#peers.get(index)?.writer]) {
              writer?.interfaceOf(this.#nameOf(index), linkType);
            }
          }
        },
        onPacket: packet => this.#take(packet, peers),
      });
    } catch (error) {
      this.#notes.add(`the capture of ${names} ended early: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { droppedPackets, failure } = await ended;
    if (failure !== undefined && !this.#isStopping) this.#notes.add(`the capture of ${names} ended early: ${failure}`);
    if (droppedPackets === undefined) return;
    for (const index of peers) {
      const peer = this.#peers.get(index);
      if (peer !== undefined) peer.dropped = (peer.dropped ?? 0) + droppedPackets;
    }
  }

  #take(packet: Packet, at: readonly number[]): void {
    if (isForAnother(packet)) return;
    const ip = readIp(packet);
    const its = ip === undefined ? [] : this.#counter.count(ip, at);
    // What a single peer's interface saw is its own, of whatever protocol.
    const owners = at.length === 1 ? at : its;
    for (const index of owners) {
      const peer = this.#peers.get(index);
      if (peer === undefined) continue;
      peer.packets += 1;
      peer.bytes += packet.length;
      peer.writer?.write(peer.name, packet);
    }
    const [first] = owners;
    if (first !== undefined && this.#merged !== undefined) this.#order.take(this.#nameOf(first), packet);
  }

  #nameOf(index: number): string {
    return this.#running.peers[index]?.name ?? String(index);
  }
}
