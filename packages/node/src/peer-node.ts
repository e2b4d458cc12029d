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
  Peer,
  type PeerHost,
  parseId,
} from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { ACK_FAILURES } from './ack-failures.ts';
import { Announcements } from './announcements.ts';
import { Answers } from './answers.ts';
import type { ApplicationHost } from './application-host.ts';
import { type Codec, encodeWith, type Sendable } from './codec.ts';
import type { Body, Content } from './content.ts';
import { type Counters, linkCounters, TrafficLedger } from './counters.ts';
import { createExchange } from './exchange/create-exchange.ts';
import type { PeerExchange } from './exchange/peer-exchange.ts';
import { findKey } from './find-key.ts';
import { Incoming } from './incoming.ts';
import type { MessageStream } from './message-stream.ts';
import { MessageStreams } from './message-streams.ts';
import { prometheusText } from './metrics.ts';
import { NodeError } from './node-error.ts';
import type { Neighbor, NodeEvents } from './node-events.ts';
import type { NodeIdentity } from './node-identity.ts';
import { badOption, checkCodec, checkOptions, type NodeSettings, type SecurityOption } from './node-options.ts';
import { Outbox } from './outbox.ts';
import { randomId } from './random-ids.ts';
import { type RequestHandler, Requests } from './requests.ts';
import {
  checkSendable,
  DM_OPTIONS,
  type DmOptions,
  REQUEST_OPTIONS,
  type RequestOptions,
  SEND_OPTIONS,
  type SendOptions,
} from './send-options.ts';
import { remoteAddress } from './tcp/carry.ts';
import type { Channel } from './tcp/channel.ts';
import { createDial } from './tcp/dial.ts';
import type { Topic } from './topic.ts';
import { Topics } from './topics.ts';

/** @internal What createNode hands to a {@link PeerNode}. */
export interface PeerNodeParts<M> {
  readonly identity: NodeIdentity;
  readonly network: Uint8Array;
  readonly settings: NodeSettings;
  /** What its links' bytes go through. */
  readonly channel: Channel;
  readonly codec: Codec<M>;
  readonly listening?: { readonly server: Server; readonly host: string; readonly port: number };
}

/** See the module's header. */
export class PeerNode<M = Content> extends EventEmitter<NodeEvents<M>> {
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
  readonly #acks: Answers<void> = new Answers(ACK_FAILURES);
  readonly #announcements: Announcements;
  readonly #exchange: PeerExchange;
  readonly #traffic: TrafficLedger = new TrafficLedger();
  readonly #sockets: Set<Socket> = new Set();
  readonly #codec: Codec<M>;
  readonly #streams: MessageStreams;
  /** The iterations of every message. */
  readonly #listening: Set<MessageStream<M>> = new Set();
  readonly #topics: Topics;
  readonly #requests: Requests<M>;
  readonly #incoming: Incoming<M>;
  readonly #giveUpDials: AbortController = new AbortController();
  readonly #drained = (): void => this.#outbox.drained();
  readonly #input = {
    received: (link: Link, chunk: Uint8Array): void => this.#peer.receive(link, chunk, performance.now()),
    ended: (link: Link, reason?: LinkEnd): void => this.#peer.connectionEnded(link, performance.now(), reason),
    refused: (link: Link, reason: ByeReason): void => this.#peer.hangup(link, performance.now(), reason),
  };
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;
  #isEmptied: () => void = () => undefined;

  /** @internal For createNode. */
  constructor({ identity, network, settings, channel, codec, listening }: PeerNodeParts<M>) {
    super();
    const { nodeId, security } = identity;
    this.id = formatId(nodeId);
    this.security = settings.security;
    this.#settings = settings;
    this.#channel = channel;
    this.#codec = codec;
    this.#streams = new MessageStreams(settings.library.maxBufferedMessages);
    const application = this.#createApplicationHost();
    this.#topics = new Topics(application);
    this.#requests = new Requests(application, codec, settings.library);
    this.#server = listening?.server;
    this.address = listening === undefined ? undefined : { host: listening.host, port: listening.port };
    const isAnyAddress = listening === undefined || listening.host === '0.0.0.0' || listening.host === '::';
    const listenHost = Buffer.from(isAnyAddress ? '' : listening.host, 'utf8');
    const hashSeed = Buffer.from(randomId()).readInt32BE(0);
    const alarm = new Alarm((atMs, callback) => this.#schedule(atMs, callback), performanceNow);
    this.#announcements = new Announcements({
      connected: neighbor => {
        this.#tell('peer-connect', neighbor);
        this.#exchange.linkUp(neighbor.id);
      },
      disconnected: (neighbor, reason) => {
        this.#tell('peer-disconnect', { ...neighbor, reason });
        this.#exchange.linkDown(neighbor.id, reason);
      },
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
    this.#exchange = createExchange({
      ...settings.exchange,
      peer: this.#peer,
      dialler: this.#dialler,
      alarm,
      isolated: failure =>
        this.#tellError(
          new NodeError('connect-failed', `no node of bootstrap answers: ${failure}`, { details: { failure } }),
        ),
    });
    this.#incoming = new Incoming<M>({
      codec,
      topics: this.#topics,
      requests: this.#requests,
      news: (from, news) => this.#exchange.told(from, news),
      plain: (kind, received) => {
        this.#tell(kind, received);
        for (const stream of this.#listening) stream.push(received);
      },
      failed: error => this.#tellError(error),
    });
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
    this.#exchange.avoid(id.toLowerCase());
    this.#peer.hangup(link, performance.now());
    return true;
  }

  /**
   * Sends to everybody within reach. Wait for it to send no faster than the links take.
   * @param message bytes; or text; or anything that JSON can carry; or of the application's type
   * @returns the message's id, once it was handed to the links
   * @throws NodeError `bad-message`; `outbox-full`; `closed`; the signal's reason. Then nothing was sent.
   */
  async broadcast(message: Sendable<M>, options: SendOptions = {}): Promise<string> {
    checkOptions('broadcast', options, SEND_OPTIONS);
    this.#requireOpen();
    return await this.#broadcast(encodeWith(this.#codec, message), options);
  }

  /**
   * Sends to one peer, relayed by the others. With `ack`, resolves when the recipient has it.
   * @param to the recipient's node id
   * @returns the message's id
   * @throws as `broadcast`; NodeError `bad-option` when `to` is no id, or this node's own; `ack-timeout`. After the
   *   latter, and after `closed` or an abort while waiting for the acknowledgement, delivery is unknown.
   */
  async dm(to: string, message: Sendable<M>, options: DmOptions = {}): Promise<string> {
    checkOptions('dm', options, DM_OPTIONS);
    this.#requireOpen();
    const { ack = false, timeoutMs = this.#settings.library.ackTimeoutMs, ...sending } = options;
    let acknowledged: Promise<void> | undefined;
    const id = await this.#dm(to, encodeWith(this.#codec, message), { ...sending, ack }, (sentId, recipient) => {
      if (ack) acknowledged = this.#acks.wait(sentId, recipient, { timeoutMs, signal: sending.signal });
    });
    await acknowledged;
    return id;
  }

  /**
   * A topic: its messages reach the subscribers alone, and are neither `broadcast` events nor part of {@link messages}.
   * @param name 1 to 255 bytes in UTF-8, the same at every node
   * @param options.codec of this topic's messages. @default the node's
   * @throws NodeError `bad-option`
   */
  topic<T = M>(name: string, options: { readonly codec?: Codec<T> } = {}): Topic<T> {
    checkOptions('topic', options, { codec: true });
    if (options.codec !== undefined) checkCodec(options.codec);
    // Without its own codec, `T` is what the caller claims it is.
    return this.#topics.topic<T>(name, options.codec ?? (this.#codec as unknown as Codec<T>));
  }

  /**
   * Asks one peer, near or far, and resolves with what its handler returns.
   * @param to the other node's id
   * @throws as `broadcast`; NodeError `bad-option` when `to` is no id, or this node's own; `request-failed` when the other
   *   node refuses or its handler throws; `request-timeout`; `invalid-message` when the codec refuses the response
   */
  async request(to: string, message: Sendable<M>, options: RequestOptions = {}): Promise<M> {
    checkOptions('request', options, REQUEST_OPTIONS);
    this.#requireOpen();
    return await this.#requests.request(to, message, options);
  }

  /**
   * Answers the requests of other nodes. A node has one handler at a time.
   * @param handler what it returns is the response, `undefined` becomes null; of what it throws the sender gets the text
   * @returns ends it
   * @throws NodeError `already-handled`
   */
  handle(handler: RequestHandler<M>): () => void {
    if (typeof handler !== 'function') throw badOption('handler', handler, 'a function');
    return this.#requests.handle(handler);
  }

  /** The neighbours: who has a link to this node now. */
  neighbors(): readonly Neighbor[] {
    return this.#peer.neighbours.map(neighborOf);
  }

  /**
   * Messages as they come, broadcasts and direct ones, from now on, until the node is closed or the loop is left.
   * Each iteration has its own buffer, bounded by `maxBufferedMessages`.
   */
  messages(options: { readonly signal?: AbortSignal } = {}): MessageStream<M> {
    checkOptions('messages', options, { signal: true });
    const stream = this.#streams.open<M>(options.signal, ended => this.#listening.delete(ended));
    if (!stream.isEnded) this.#listening.add(stream);
    return stream;
  }

  [Symbol.asyncIterator](): MessageStream<M> {
    return this.messages();
  }

  /** What was counted so far. */
  counters(): Counters {
    const links = [...this.#peer.links].map(linkCounters).filter(link => link !== undefined);
    const { size, sizeBytes } = this.#peer.seenCache;
    return {
      links,
      traffic: this.#traffic.total(this.#peer.links),
      totals: { ...this.#peer.totals },
      rejected: { ...this.#peer.rejected },
      unreadable: this.#incoming.unreadable,
      queueBytes: links.reduce((sum, { queueBytes }) => sum + queueBytes, 0),
      outboxBytes: this.#outbox.queueBytes,
      iterationDropped: this.#streams.dropped,
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

  /** @internal For createNode: looks for neighbours from now on. */
  start(): void {
    this.#exchange.start();
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
    this.#exchange.stop();
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
    this.#requests.close();
    this.#streams.close();
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
        // A neighbour that has too many has ended what both can spare.
        if (reason === 'too-many-links' && link.peer !== undefined) this.#dialler.forget(link.peer);
        this.#dialler.linkDown(link, reason);
        this.#outbox.drained();
      },
      linkRefused: (link, reason, by) => {
        this.#traffic.closed(link);
        this.#dialler.linkRefused(link, reason, by);
        if (link.direction === 'in' && reason !== 'twin') this.#tellRefused(link, reason);
      },
      linkClosed: link => this.#traffic.closed(link),
      message: message => this.#incoming.take(message),
      acknowledged: (id, by) => this.#acks.answered(formatId(id), formatId(by), undefined),
    };
  }

  #createApplicationHost(): ApplicationHost {
    return {
      streams: this.#streams,
      broadcast: async (body, options) => {
        checkOptions('publish', options, SEND_OPTIONS);
        this.#requireOpen();
        return await this.#broadcast(body, options);
      },
      dm: async (to, body, options, sent) => {
        this.#requireOpen();
        return await this.#dm(to, body, options, sent);
      },
      call: listener => this.#call(listener),
      isReadable: received => this.#incoming.isReadable(received),
      failed: error => this.#tellError(error),
    };
  }

  async #broadcast({ payload, content }: Body, { ttl, signal }: SendOptions): Promise<string> {
    signal?.throwIfAborted();
    checkSendable('broadcast', payload, ttl, this.#settings);
    const send = (): string => formatId(this.#peer.broadcast(payload, { ttl, content }, performance.now()));
    return await this.#outbox.send(payload.length, send, signal);
  }

  /** @param sent called with the message's id and its recipient's when it was sent, before an answer can come */
  async #dm(
    to: string,
    { payload, content }: Body,
    { ttl, signal, ack = false }: DmOptions,
    sent: (id: string, recipient: string) => void = () => undefined,
  ): Promise<string> {
    signal?.throwIfAborted();
    const recipient = parseId(to);
    if (recipient === undefined) throw badOption('to', to, 'a node id: a UUID');
    const recipientText = formatId(recipient);
    if (recipientText === this.id) throw badOption('to', to, "another node's id");
    checkSendable('dm', payload, ttl, this.#settings);
    if (this.security === 'sealed') {
      const asking = { peer: this.#peer, requireOpen: () => this.#requireOpen() };
      await findKey(asking, recipient, performanceNow, signal);
    }
    const send = (): string => {
      const id = formatId(this.#peer.dm(recipient, payload, { ttl, content, ack }, performance.now()));
      sent(id, recipientText);
      return id;
    };
    return await this.#outbox.send(payload.length, send, signal);
  }

  #tellError(error: NodeError): void {
    if (this.listenerCount('error') > 0) this.#tell('error', error);
  }

  #tellRefused(link: Link, reason: LinkEnd): void {
    const details = { address: link.address, reason };
    this.#tellError(new NodeError('link-refused', `a link from ${link.address} ended: ${reason}`, { details }));
  }

  #tell<Name extends keyof NodeEvents<M>>(name: Name, ...args: NodeEvents<M>[Name]): void {
    this.#call(() => (this as EventEmitter).emit(name, ...args));
  }

  /** Calls listeners. What one throws is the application's: it must not reach into the protocol. */
  #call(listener: () => void): void {
    try {
      listener();
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
