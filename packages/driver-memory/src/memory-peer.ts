/**
 * A small honest peer in memory, written from the contract alone: a second opinion on what the lab expects. Its hooks
 * are what saboteurs (saboteurs.ts) override.
 */
import type { Command, PeerEvent, PeerInfo, Results, SessionCounters, TraceRecordEvent } from '@peerlab/contract';
import type { ChannelEnd } from '@peerlab/driver';
import { EXACT_TTL_MAX, MAX_TTL } from '@peerlab/protocol';
import { v4 } from 'uuid';
import type { Frame, MemoryNetwork } from './memory-network.ts';

/** Who a peer is. */
export interface MemoryPeerSpec {
  readonly name: string;
  readonly nodeId: string;
  readonly host: string;
  readonly port: number;
}

/** One end of a link. */
export interface MemoryLink {
  readonly session: string;
  readonly peer: string;
  readonly direction: 'in' | 'out';
  readonly address: string;
  readonly other: MemoryPeer;
  open: boolean;
  framesOut: number;
  framesIn: number;
}

type Connect = Extract<Command, { command: 'connect' }>;

/** See the module's header. */
export class MemoryPeer {
  readonly spec: MemoryPeerSpec;
  readonly network: MemoryNetwork<MemoryPeer>;
  readonly links: MemoryLink[] = [];
  readonly closed: Promise<ChannelEnd>;
  readonly #best: Map<string, number> = new Map();
  readonly #history: Map<string, TraceRecordEvent[]> = new Map();
  readonly #printed: string[] = [];
  readonly #listeners: Set<(line: string) => void> = new Set();
  #onClosed: (end: ChannelEnd) => void = () => undefined;
  #isTracing = false;
  isRunning = true;

  constructor(spec: MemoryPeerSpec, network: MemoryNetwork<MemoryPeer>) {
    this.spec = spec;
    this.network = network;
    this.closed = new Promise(resolve => (this.#onClosed = resolve));
    network.join(this);
  }

  get address(): string {
    return `${this.spec.host}:${this.spec.port}`;
  }

  /** What it announces. */
  get capabilities(): readonly string[] {
    return ['dm', 'ttl', 'counters', 'trace', 'history', 'disconnect'];
  }

  /** What it printed, oldest first. */
  get log(): readonly string[] {
    return this.#printed;
  }

  /** Says `ready`. */
  start(): void {
    this.tell({ event: 'ready', ...this.info() });
  }

  /** Hands on each line from now on, and those before. @returns a function that stops it */
  listen(listener: (line: string) => void): () => void {
    for (const line of this.#printed) listener(line);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a line from the lab. */
  write(line: string): void {
    this.network.later(`commands ${this.address}`, () => {
      if (this.isRunning) this.command(JSON.parse(line) as Command);
    });
  }

  /** Ends at once. Its neighbours learn of it after what it has sent. */
  end(end: ChannelEnd): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    for (const link of this.links) this.#close(link);
    this.#onClosed(end);
  }

  // --- what saboteurs override ---

  command(command: Command): void {
    const { seq } = command;
    if (command.command === 'connect') this.#connect(command);
    else this.print(JSON.stringify({ reply: seq, result: this.answer(command) }));
    if (command.command === 'stop') this.end({ reason: 'exited with status 0', exitCode: 0 });
  }

  answer(command: Exclude<Command, Connect>): Results[keyof Results] {
    switch (command.command) {
      case 'info':
        return this.info();
      case 'neighbours':
        return {
          links: this.#open().map(({ session, peer, direction, address }) => ({ session, peer, direction, address })),
        };
      case 'counters':
        return { sessions: this.links.map(link => this.counters(link)), totals: {} };
      case 'history':
        return { records: this.#history.get(command.id) ?? [] };
      case 'trace':
        this.#isTracing = command.on;
        return {};
      case 'disconnect':
        for (const link of this.#open()) if (link.peer === command.peer) this.#close(link);
        return {};
      case 'broadcast':
        return this.#originate({ kind: 'broadcast', payload: command.payload }, command.ttl);
      case 'dm':
        return this.#originate({ kind: 'dm', to: command.to, payload: command.payload }, command.ttl);
      case 'shape':
      case 'ping':
        throw new Error(`asked for ${command.command}, which it never announced`);
      case 'stop':
        return {};
    }
  }

  counters({ session, peer, open, framesOut, framesIn }: MemoryLink): SessionCounters {
    return { session, peer, open, framesOut, framesIn };
  }

  take(frame: Frame, from: MemoryLink): void {
    const { id, ttl } = frame;
    const best = this.#best.get(id);
    const isBetter = best !== undefined && frame.isExact && ttl > best && frame.origin !== this.spec.nodeId;
    if (best !== undefined && !isBetter) {
      this.record({ event: 'duplicate', id, from: from.peer, ttl });
      return;
    }
    this.#best.set(id, ttl);
    const isMine = frame.to === undefined || frame.to === this.spec.nodeId;
    if (isMine && !isBetter) this.deliver(frame, from);
    if (frame.to === this.spec.nodeId) return;
    if (ttl > 1) this.relay(frame, from);
    else this.record({ event: 'expired', id, from: from.peer });
  }

  deliver({ id, kind, origin, hops, payload }: Frame, from: MemoryLink): void {
    this.tell({ event: 'received', id, kind, origin, from: from.peer, hops, payload });
  }

  relay(frame: Frame, from: MemoryLink): void {
    const ttl = frame.ttl - 1;
    this.pass(
      { ...frame, ttl, hops: frame.hops + 1 },
      this.#open().filter(link => link !== from),
      from,
    );
  }

  /** Sends a frame as it stands on these links, and records it. */
  pass(frame: Frame, links: readonly MemoryLink[], from?: MemoryLink): void {
    const { id, kind, ttl } = frame;
    const source = from === undefined ? {} : { from: from.peer };
    if (links.length > 0) this.record({ event: 'sent', id, kind, ...source, to: links.map(({ peer }) => peer), ttl });
    for (const link of links) this.send(frame, link);
  }

  send(frame: Frame, link: MemoryLink): void {
    link.framesOut++;
    const { other } = link;
    this.#towards(other, () => {
      const theirs = other.links.find(({ session }) => session === link.session);
      if (theirs === undefined || !other.isRunning || !theirs.open) return;
      theirs.framesIn++;
      other.take(frame, theirs);
    });
  }

  record(record: TraceRecordEvent): void {
    const known = this.#history.get(record.id);
    if (known === undefined) this.#history.set(record.id, [record]);
    else known.push(record);
    if (this.#isTracing) this.tell(record);
  }

  print(line: string): void {
    this.#printed.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  protected tell(event: PeerEvent): void {
    this.print(JSON.stringify(event));
  }

  protected info(): PeerInfo {
    const { nodeId, host, port } = this.spec;
    return {
      contract: 1,
      nodeId,
      node: { name: 'memory', version: '1' },
      listen: { host, port },
      capabilities: this.capabilities,
    };
  }

  #originate(of: Pick<Frame, 'kind' | 'to' | 'payload'>, limit: number | undefined): { id: string } {
    const id = v4();
    const ttl = limit ?? MAX_TTL;
    this.#best.set(id, ttl + 1);
    const frame = { ...of, id, origin: this.spec.nodeId, ttl, hops: 1, isExact: ttl <= EXACT_TTL_MAX };
    if (ttl > 0) this.pass(frame, this.#open());
    return { id };
  }

  #connect({ seq, host, port }: Connect): void {
    const other = this.network.at(`${host}:${port}`);
    if (other === undefined || !other.isRunning || this.network.isCut(this.address, other.address)) {
      const error = { code: 'connect-failed', message: `connecting to ${host}:${port}: nobody answers` };
      this.print(JSON.stringify({ reply: seq, error }));
      return;
    }
    const known = this.#open().find(link => link.other === other);
    const session = known?.session ?? this.network.nextSession();
    const answer = (): void => this.print(JSON.stringify({ reply: seq, result: { peer: other.spec.nodeId, session } }));
    if (known !== undefined) {
      answer();
      return;
    }
    this.#towards(other, () => {
      if (!other.isRunning) return;
      other.#up(this, session, 'in');
      other.#towards(this, () => {
        if (!this.isRunning) return;
        this.#up(other, session, 'out');
        answer();
      });
    });
  }

  #up(other: MemoryPeer, session: string, direction: 'in' | 'out'): void {
    const { address } = other;
    const peer = other.spec.nodeId;
    this.links.push({ session, peer, direction, address, other, open: true, framesOut: 0, framesIn: 0 });
    this.tell({ event: 'link-up', session, peer, direction, address });
  }

  #close(link: MemoryLink): void {
    if (!link.open) return;
    link.open = false;
    const { other, session, peer } = link;
    if (this.isRunning) this.tell({ event: 'link-down', session, peer, reason: 'closed' });
    this.#towards(other, () => {
      const theirs = other.links.find(candidate => candidate.session === session);
      if (theirs !== undefined && other.isRunning) other.#close(theirs);
    });
  }

  #towards(other: MemoryPeer, happen: () => void): void {
    this.network.later(`${this.address}>${other.address}`, happen);
  }

  #open(): MemoryLink[] {
    return this.links.filter(({ open }) => open);
  }
}
