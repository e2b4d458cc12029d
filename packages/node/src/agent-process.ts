/**
 * A peer as a process: the agent on standard input and output, links on TCP, real time. Its life ends by `stop`,
 * SIGTERM, SIGINT, or, in a throw-away lab, with its control stream.
 */

import { createServer, type Server } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Agent, type AgentHost, type AgentSettings, type TextCodec } from '@peerlab/agent';
import { LineSplitter } from '@peerlab/contract';
import type { Link, LinkTransport } from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Start } from './environment.ts';
import { LineWriter } from './line-writer.ts';
import { randomId } from './random-ids.ts';
import { carry, remoteAddress } from './tcp/carry.ts';
import { createDial } from './tcp/dial.ts';
import { ShapingTransport } from './tcp/shaping-transport.ts';
import { TcpTransport } from './tcp/tcp-transport.ts';

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

/** The streams of the control agent: those of the process, or a test's. */
export interface ControlStreams {
  /** Decoded as UTF-8 by the stream. */
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Makes the agent: the project's own, or a test's that misbehaves. */
export type CreateAgent = (settings: AgentSettings, host: AgentHost) => Agent;

/** How long a peer that leaves waits for its links, in milliseconds; a little more than the protocol's own drain. */
const LEAVE_TIMEOUT_MS = 3000;

/**
 * Runs a peer until it has left.
 * @returns the exit status: 0 after leaving, 1 when it could not listen
 */
export function runAgentProcess(
  start: Start,
  version: string,
  streams: ControlStreams,
  createAgent: CreateAgent = (settings, host) => new Agent(settings, host),
): Promise<number> {
  return new Promise(resolve => {
    let timer: Timer | undefined;
    const lines = new LineWriter(streams.output);
    const input = {
      received: (link: Link, chunk: Uint8Array) => agent.received(link, chunk),
      ended: (link: Link) => agent.ended(link),
    };
    const wrap = (transport: LinkTransport): LinkTransport => new ShapingTransport(transport, random32());
    const localAddress = start.listen.host === '0.0.0.0' ? undefined : start.listen.host;
    const host: AgentHost = {
      nowMs: () => performance.now(),
      schedule: (atMs, callback) => {
        stopTimer(timer);
        timer = startTimer(callback, Math.max(0, Math.ceil(atMs - performance.now())));
      },
      randomId,
      dial: createDial({ localAddress, wrap, timeoutMs: start.options.handshakeTimeoutMs }, input),
      shape: (link, shape) => {
        if (!(link.transport instanceof ShapingTransport)) return;
        link.transport.shape(shape);
      },
      write: line => lines.write(line),
      left: () => finish(0),
    };
    const hashSeed = random32();
    const { nodeId, lab, listen, options } = start;
    const agent = createAgent({ nodeId, lab, listen, version, hashSeed, codec, options }, host);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
      carry(socket, agent.accepted(wrap(new TcpTransport(socket)), remoteAddress(socket)), input);
    });
    let isFinished = false;
    const finish = (status: number): void => {
      if (isFinished) return;
      isFinished = true;
      stopTimer(timer);
      server.close();
      // Links flush their BYE before the process ends.
      setImmediate(() => lines.end(() => resolve(status)));
    };
    const leave = (): void => {
      startTimer(() => finish(0), LEAVE_TIMEOUT_MS).unref();
      agent.leave();
    };
    listenOn(server, start, error => {
      if (error !== undefined) {
        lines.write(`cannot listen on ${listen.host}:${listen.port}: ${error.message}`);
        finish(1);
        return;
      }
      agent.start();
      for (const { host: to, port } of start.dial) agent.keepDialling(to, port);
      const splitter = new LineSplitter(line => agent.command(line));
      streams.input.setEncoding('utf8');
      streams.input.on('data', (chunk: string) => splitter.push(chunk));
      streams.input.on('error', () => undefined);
      streams.input.on('end', () => {
        if (start.isEphemeral) leave();
      });
    });
    process.once('SIGTERM', leave);
    process.once('SIGINT', leave);
  });
}

function random32(): number {
  return Buffer.from(randomId()).readInt32BE(0);
}

function listenOn(server: Server, { listen }: Start, done: (error?: Error) => void): void {
  server.once('error', done);
  server.listen({ host: listen.host, port: listen.port, backlog: 1024 }, () => {
    server.off('error', done);
    server.on('error', () => undefined);
    done();
  });
}
