/**
 * One run of an agent in this process: links on TCP, real time, its lines to a stream. A single peer's process has one
 * (agent-process.ts), a pack has many (pack/). It can be frozen, and ended at once, as a process can.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Agent, type AgentHost, type AgentSettings, type TextCodec } from '@peerlab/agent';
import type { ByeReason, Link, LinkEnd, LinkTransport } from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Start } from './environment.ts';
import { Gate } from './gate.ts';
import { type LineOutput, LineWriter, maxWaitingBytes } from './line-writer.ts';
import { memoryLimitBytes } from './memory-limit.ts';
import { randomId } from './random-ids.ts';
import { createSealedChannel } from './sealed/sealed-channel.ts';
import { remoteAddress } from './tcp/carry.ts';
import { type Channel, PLAIN_CHANNEL } from './tcp/channel.ts';
import { createDial } from './tcp/dial.ts';
import { ShapingTransport } from './tcp/shaping-transport.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text to UTF-8 and back with Node's own means. */
const codec: TextCodec = {
  encode: text => Buffer.from(text, 'utf8'),
  decode: bytes => {
    try {
      return utf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
};

/** Makes the agent: the project's own, or a test's that misbehaves. */
export type CreateAgent = (settings: AgentSettings, host: AgentHost) => Agent;

/** How long a peer that leaves waits for its links, in milliseconds; a little more than the protocol's own drain. */
const LEAVE_TIMEOUT_MS = 3000;

/** See the module's header. */
export interface AgentRun {
  /** Resolves once the peer listens, or has ended since it cannot. */
  readonly begun: Promise<void>;
  /** Resolves with the exit status: 0 after leaving, 1 when it could not listen; undefined when {@link end} ended it. */
  readonly ended: Promise<number | undefined>;
  /** Takes one line of the lab. */
  command(line: string): void;
  /** Has it leave: BYE on every link. */
  leave(): void;
  /** Ends it at once, without a word: its connections close as those of a process that is killed. */
  end(): void;
  /** From now on it neither computes nor reads; its connections stay. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
}

/** What a run may be given beside what its peer is told. */
export interface RunOptions {
  /** @default the project's own */
  readonly createAgent?: CreateAgent | undefined;
  /** As of AgentSettings. */
  readonly maxRecords?: number | undefined;
  /** As of PeerOptions, where other peers are in this process. @default the process's limit */
  readonly memoryBytes?: number | undefined;
}

/** Starts a peer. */
export function runAgent(
  start: Start,
  version: string,
  output: LineOutput,
  { createAgent = (settings, host) => new Agent(settings, host), maxRecords, memoryBytes }: RunOptions = {},
): AgentRun {
  // Shut until it listens: what the lab says before waits.
  const gate = new Gate(false);
  const sockets = new Set<Socket>();
  const dials = new AbortController();
  const peerOptions = { memoryBytes: memoryBytes ?? memoryLimitBytes(), ...start.options };
  const lines = new LineWriter(output, maxWaitingBytes(peerOptions.memoryBytes));
  let timer: Timer | undefined;
  let isOver = false;
  let resolveEnded: (status: number | undefined) => void = () => undefined;
  const ended = new Promise<number | undefined>(resolve => {
    resolveEnded = resolve;
  });

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const input = {
    received: (link: Link, chunk: Uint8Array) => gate.pass(() => agent.received(link, chunk)),
    ended: (link: Link, reason?: LinkEnd) => gate.pass(() => agent.ended(link, reason)),
    refused: (link: Link, reason: ByeReason) => gate.pass(() => agent.refused(link, reason)),
  };
  const wrap = (transport: LinkTransport): LinkTransport => new ShapingTransport(transport, random32());
  const localAddress = start.listen.host === '0.0.0.0' ? undefined : start.listen.host;
  const pass = (event: () => void): void => gate.pass(event);
  const { nodeId, lab, listen, options, security } = start;
  const dial = { localAddress, wrap, pass, signal: dials.signal, opened: keep, timeoutMs: options.handshakeTimeoutMs };
  // Encryption takes a moment to be made ready; nothing is dialled or taken before the gate is open.
  let channel: Channel = PLAIN_CHANNEL;
  const host: AgentHost = {
    nowMs: () => performance.now(),
    schedule: (atMs, callback) => {
      stopTimer(timer);
      if (isOver) return;
      timer = startTimer(() => gate.pass(callback), Math.max(0, Math.ceil(atMs - performance.now())));
    },
    randomId,
    dial: (to, port, outcome) => createDial({ ...dial, channel }, input)(to, port, outcome),
    shape: (link, shape) => {
      if (!(link.transport instanceof ShapingTransport)) return;
      link.transport.shape(shape);
    },
    write: line => {
      if (!isOver) lines.write(line);
    },
    left: () => finish(0),
  };
  const settings: AgentSettings = {
    nodeId,
    lab,
    listen,
    version,
    hashSeed: random32(),
    codec,
    options: peerOptions,
    security,
  };
  const agent = createAgent(maxRecords === undefined ? settings : { ...settings, maxRecords }, host);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    keep(socket);
    socket.on('error', () => undefined);
    gate.pass(() => {
      const end = channel.open(socket, 'acceptor', undefined);
      end.carry(agent.accepted(wrap(end.transport), remoteAddress(socket)), input);
    });
  });
  const finish = (status: number): void => {
    if (isOver) return;
    isOver = true;
    stopTimer(timer);
    server.close();
    // Links flush their BYE before the process ends.
    setImmediate(() => lines.end(() => resolveEnded(status)));
  };
  const begin = async (): Promise<void> => {
    if (security?.mode === 'sealed') channel = await createSealedChannel();
    if (isOver) return;
    const error = await listenOn(server, start);
    if (isOver) {
      server.close();
      return;
    }
    if (error !== undefined) {
      lines.write(`cannot listen on ${listen.host}:${listen.port}: ${error.message}`);
      finish(1);
      return;
    }
    agent.start();
    for (const { host: to, port } of start.dial) agent.keepDialling(to, port);
    gate.open();
  };
  const begun = begin();
  return {
    begun,
    ended,
    command: line => gate.pass(() => agent.command(line)),
    leave: () =>
      gate.pass(() => {
        startTimer(() => finish(0), LEAVE_TIMEOUT_MS).unref();
        agent.leave();
      }),
    end: () => {
      if (isOver) return;
      isOver = true;
      gate.end();
      stopTimer(timer);
      dials.abort();
      server.close();
      for (const socket of sockets) socket.destroy();
      lines.end(() => resolveEnded(undefined));
    },
    freeze: () => {
      gate.shut();
      for (const socket of sockets) socket.pause();
    },
    thaw: () => {
      gate.open();
      for (const socket of sockets) socket.resume();
    },
  };
}

function random32(): number {
  return Buffer.from(randomId()).readInt32BE(0);
}

/** @returns why it cannot listen */
function listenOn(server: Server, { listen }: Start): Promise<Error | undefined> {
  return new Promise(resolve => {
    server.once('error', resolve);
    server.listen({ host: listen.host, port: listen.port, backlog: 1024 }, () => {
      server.off('error', resolve);
      server.on('error', () => undefined);
      resolve(undefined);
    });
  });
}
