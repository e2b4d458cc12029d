/**
 * A peer as a library: the protocol's Peer over TCP and real time, with typed events, promises and backpressure.
 * Made by create-node.ts; docs/NODE-API.md is its manual.
 */

import { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  Alarm,
  type ByeReason,
  Dialler,
  formatId,
  type Link,
  type LinkEnd,
  type Message,
  Peer,
  type PeerHost,
  parseId,
} from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { Acknowledgements } from './acknowledgements.ts';
import { Announcements } from './announcements.ts';
import { encodeContent } from './content.ts';
import { type Counters, linkCounters, TrafficLedger } from './counters.ts';
import { MessageStream } from './message-stream.ts';
import { prometheusText } from './metrics.ts';
import { NodeError } from './node-error.ts';
import type { Neighbor, NodeEvents } from './node-events.ts';
import type { NodeIdentity } from './node-identity.ts';
import { badOption, checkOptions, type NodeSettings, type SecurityOption } from './node-options.ts';
import { Outbox } from './outbox.ts';
import { randomId } from './random-ids.ts';
import { Received } from './received.ts';
import { checkSendable, DM_OPTIONS, type DmOptions, SEND_OPTIONS, type SendOptions } from './send-options.ts';
import { remoteAddress } from './tcp/carry.ts';
import type { Channel } from './tcp/channel.ts';
import { createDial } from './tcp/dial.ts';

/** @internal What createNode hands to a {@link PeerNode}. */
export interface PeerNodeParts {
  readonly identity: NodeIdentity;
  readonly network: Uint8Array;
  readonly settings: NodeSettings;
  /** What its links' bytes go through. */
  readonly channel: Channel;
  readonly listening?: { readonly server: Server; readonly host: string; readonly port: number };
}

/** See the module's header. */
export class PeerNode extends EventEmitter<NodeEvents> {
  /** This node's id. */
  readonly id: string;
  /** How much is protected, see NodeOptions. */
  readonly security: SecurityOption;
  /** Where it takes links; undefined when it only dials. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  readonly #settings: NodeSettings;
  readonly #channel: Channel;
  readonly #server: Server | undefined;
  readonly #peer: Peer;
  readonly #dialler: Dialler;
  readonly #outbox: Outbox;
  readonly #acks: Acknowledgements = new Acknowledgements();
  readonly #announcements: Announcements;
  readonly #traffic: TrafficLedger = new TrafficLedger();
  readonly #sockets: Set<Socket> = new Set();
  readonly #streams: Set<MessageStream> = new Set();
  readonly #giveUpDials: AbortController = new AbortController();
  readonly #drained = (): void => this.#outbox.drained();
  readonly #input = {
    received: (link: Link, chunk: Uint8Array): void => this.#peer.receive(link, chunk, performance.now()),
    ended: (link: Link, reason?: LinkEnd): void => this.#peer.connectionEnded(link, performance.now(), reason),
    refused: (link: Link, reason: ByeReason): void => this.#peer.hangup(link, performance.now(), reason),
  };
  #iterationDropped = 0;
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;
  #isEmptied: () => void = () => undefined;

  /** @internal For createNode. */
  constructor({ identity, network, settings, channel, listening }: PeerNodeParts) {
    super();
    const { nodeId, security } = identity;
    this.id = formatId(nodeId);
    this.security = settings.security;
    this.#settings = settings;
    this.#channel = channel;
    this.#server = listening?.server;
    this.address = listening === undefined ? undefined : { host: listening.host, port: listening.port };
    const isAnyAddress = listening === undefined || listening.host === '0.0.0.0' || listening.host === '::';
    const listenHost = Buffer.from(isAnyAddress ? '' : listening.host, 'utf8');
    const hashSeed = Buffer.from(randomId()).readInt32BE(0);
    const alarm = new Alarm((atMs, callback) => this.#schedule(atMs, callback), performanceNow);
    this.#announcements = new Announcements({
      connected: neighbor => this.#tell('peer-connect', neighbor),
      disconnected: (neighbor, reason) => this.#tell('peer-disconnect', { ...neighbor, reason }),
      isUp: id => this.#linkTo(id) !== undefined,
    });
    this.#peer = new Peer(
      { nodeId, network, listenHost, listenPort: listening?.port ?? 0, hashSeed, security },
      this.#createHost(alarm),
      settings.peer,
    );
    const dial = createDial(
      {
        localAddress: isAnyAddress ? undefined : listening.host,
        signal: this.#giveUpDials.signal,
        opened: socket => this.#track(socket),
        drained: this.#drained,
        channel,
      },
      this.#input,
    );
    this.#dialler = new Dialler(this.#peer, { nowMs: performanceNow, dial }, alarm, Math.random, settings.redial);
    this.#outbox = new Outbox(
      {
        links: () => this.#peer.neighbours,
        stalled: link => {
          if (settings.peer.slowReader === 'drop') return false;
          this.#peer.hangup(link, performance.now(), 'slow-reader');
          return true;
        },
        nowMs: performanceNow,
      },
      settings.library,
    );
  }

  /**
   * Links to the peer that listens at an address. The link comes back when it is lost, until it is hung up at either end.
   * @throws NodeError `connect-failed`; `bad-option`; `closed`; the signal's reason
   */
  connect(host: string, port: number, options: { readonly signal?: AbortSignal } = {}): Promise<Neighbor> {
    return new Promise((resolve, reject) => {
      checkOptions('connect', options, { signal: true });
      const { signal } = options;
      this.#requireOpen();
      signal?.throwIfAborted();
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw badOption('port', port, 'an integer from 1 to 65535');
      }
      const onAbort = (): void => {
        giveUp();
        reject(signal?.reason);
      };
      const giveUp = this.#dialler.connect(host, port, outcome => {
        signal?.removeEventListener('abort', onAbort);
        if ('link' in outcome) resolve(neighborOf(outcome.link));
        else {
          const details = { host, port, end: outcome.end };
          reject(new NodeError('connect-failed', `connecting to ${host}:${port}: ${outcome.failure}`, { details }));
        }
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends the link to a neighbour, and does not dial it again. False: there is no link to it. */
  hangup(id: string): boolean {
    const link = this.#linkTo(id);
    if (link?.peer === undefined) return false;
    this.#dialler.forget(link.peer);
    this.#peer.hangup(link, performance.now());
    return true;
  }

  /**
   * Sends to everybody within reach. Wait for it to send no faster than the links take.
   * @param message bytes; or text; or anything that JSON can carry
   * @returns the message's id, once it was handed to the links
   * @throws NodeError `bad-message`; `outbox-full`; `closed`; the signal's reason. Then nothing was sent.
   */
  async broadcast(message: unknown, options: SendOptions = {}): Promise<string> {
    checkOptions('broadcast', options, SEND_OPTIONS);
    const { ttl, signal } = options;
    this.#requireOpen();
    signal?.throwIfAborted();
    const { payload, content } = encodeContent(message);
    checkSendable('broadcast', payload, ttl, this.#settings);
    const send = (): string => formatId(this.#peer.broadcast(payload, { ttl, content }, performance.now()));
    return this.#outbox.send(payload.length, send, signal);
  }

  /**
   * Sends to one peer, relayed by the others. With `ack`, resolves when the recipient has it.
   * @param to the recipient's node id
   * @returns the message's id
   * @throws as `broadcast`; NodeError `bad-option` when `to` is no id, or this node's own; `ack-timeout`. After the
   *   latter, and after `closed` or an abort while waiting for the acknowledgement, delivery is unknown.
   */
  async dm(to: string, message: unknown, options: DmOptions = {}): Promise<string> {
    checkOptions('dm', options, DM_OPTIONS);
    this.#requireOpen();
    const { ttl, signal, ack = false, timeoutMs = this.#settings.library.ackTimeoutMs } = options;
    signal?.throwIfAborted();
    const recipient = parseId(to);
    if (recipient === undefined) throw badOption('to', to, 'a node id: a UUID');
    const recipientText = formatId(recipient);
    if (recipientText === this.id) throw badOption('to', to, "another node's id");
    const { payload, content } = encodeContent(message);
    checkSendable('dm', payload, ttl, this.#settings);
    let acknowledged: Promise<void> | undefined;
    const send = (): string => {
      const id = formatId(this.#peer.dm(recipient, payload, { ttl, content, ack }, performance.now()));
      if (ack) acknowledged = this.#acks.wait(id, recipientText, { timeoutMs, signal });
      return id;
    };
    const id = await this.#outbox.send(payload.length, send, signal);
    await acknowledged;
    return id;
  }

  /** The neighbours: who has a link to this node now. */
  neighbors(): readonly Neighbor[] {
    return this.#peer.neighbours.map(neighborOf);
  }

  /**
   * Messages as they come, broadcasts and direct ones, from now on, until the node is closed or the loop is left.
   * Each iteration has its own buffer, bounded by `maxBufferedMessages`.
   */
  messages(options: { readonly signal?: AbortSignal } = {}): MessageStream {
    checkOptions('messages', options, { signal: true });
    const { signal } = options;
    const onAbort = (): void => stream.end();
    const stream = new MessageStream(this.#settings.library.maxBufferedMessages, ended => {
      signal?.removeEventListener('abort', onAbort);
      this.#iterationDropped += ended.dropped;
      this.#streams.delete(ended);
    });
    this.#streams.add(stream);
    if (this.#closing !== undefined || signal?.aborted === true) stream.end();
    signal?.addEventListener('abort', onAbort);
    return stream;
  }

  [Symbol.asyncIterator](): MessageStream {
    return this.messages();
  }

  /** What was counted so far. */
  counters(): Counters {
    const links = [...this.#peer.links].map(linkCounters).filter(link => link !== undefined);
    let iterationDropped = this.#iterationDropped;
    for (const stream of this.#streams) iterationDropped += stream.dropped;
    const { size, sizeBytes } = this.#peer.seenCache;
    return {
      links,
      traffic: this.#traffic.total(this.#peer.links),
      totals: { ...this.#peer.totals },
      rejected: { ...this.#peer.rejected },
      queueBytes: links.reduce((sum, { queueBytes }) => sum + queueBytes, 0),
      outboxBytes: this.#outbox.queueBytes,
      iterationDropped,
      seenCache: { size, sizeBytes },
      openLinks: this.#peer.links.size,
    };
  }

  /** The counters as Prometheus text; `METRICS_CONTENT_TYPE` is its media type. */
  metrics(): string {
    return prometheusText(this.counters());
  }

  /**
   * Leaves: says BYE on every link, takes what is under way (for `drainTimeoutMs` at most), and frees the port.
   * Resolves when all of it is done; calling it again waits for the same.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal For createNode: takes a connection. */
  accept(socket: Socket): void {
    this.#track(socket);
    const { transport, carry } = this.#channel.open(socket, 'acceptor', this.#drained);
    carry(this.#peer.attach(transport, 'in', remoteAddress(socket), performance.now()), this.#input);
  }

  async #close(): Promise<void> {
    const server = this.#server;
    const serverClosed = new Promise<void>(resolve => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    this.#outbox.close();
    this.#dialler.stop();
    this.#giveUpDials.abort();
    this.#peer.leave(performance.now());
    if (this.#sockets.size > 0) {
      await new Promise<void>(resolve => {
        this.#isEmptied = resolve;
      });
    }
    await serverClosed;
    stopTimer(this.#timer);
    this.#acks.close();
    this.#announcements.close();
    for (const stream of [...this.#streams]) stream.end();
  }

  #createHost(alarm: Alarm): PeerHost {
    return {
      randomId,
      soon: callback => setImmediate(callback),
      schedule: atMs => alarm.set('peer', atMs, () => this.#peer.handleTimeout(performance.now())),
      linkUp: link => {
        this.#announcements.linkUp(neighborOf(link));
        this.#dialler.linkUp(link);
      },
      linkDown: (link, reason) => {
        this.#announcements.linkDown(neighborOf(link).id, reason);
        this.#dialler.linkDown(link, reason);
        this.#outbox.drained();
      },
      linkRefused: (link, reason, by) => {
        this.#traffic.closed(link);
        this.#dialler.linkRefused(link, reason, by);
        if (link.direction === 'in' && reason !== 'twin') this.#tellRefused(link, reason);
      },
      linkClosed: link => this.#traffic.closed(link),
      message: message => this.#received(message),
      acknowledged: (id, by) => this.#acks.acknowledged(id, by),
    };
  }

  #received(message: Message): void {
    const received = new Received(message);
    this.#tell(message.kind, received);
    for (const stream of this.#streams) stream.push(received);
  }

  #tellRefused(link: Link, reason: LinkEnd): void {
    if (this.listenerCount('error') === 0) return;
    const details = { address: link.address, reason };
    this.#tell('error', new NodeError('link-refused', `a link from ${link.address} ended: ${reason}`, { details }));
  }

  /** Calls the listeners. What one throws is the application's: it must not reach into the protocol. */
  #tell<Name extends keyof NodeEvents>(name: Name, ...args: NodeEvents[Name]): void {
    try {
      (this as EventEmitter).emit(name, ...args);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }

  #linkTo(id: string): Link | undefined {
    const nodeId = parseId(id);
    return nodeId === undefined ? undefined : this.#peer.neighbour(nodeId);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#isEmptied();
    });
  }

  #schedule(atMs: number, callback: () => void): void {
    stopTimer(this.#timer);
    this.#timer = startTimer(callback, Math.max(0, Math.ceil(atMs - performance.now())));
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new NodeError('closed', 'the node is closed');
  }
}

function performanceNow(): number {
  return performance.now();
}

function neighborOf(link: Link): Neighbor {
  return { id: link.peer === undefined ? '' : formatId(link.peer), address: link.address, direction: link.direction };
}
