/** A transport that plays a network, in real time: only lower bounds are asserted. */
import { performance } from 'node:perf_hooks';
import { encodePing, type LinkTransport } from '@peerlab/protocol';
import { describe, expect, it } from 'vitest';
import { ShapingTransport } from './shaping-transport.ts';

/** Remembers what reaches the network, and when. */
class Network implements LinkTransport {
  readonly sent: { readonly bytes: Uint8Array; readonly atMs: number }[] = [];
  readonly closed: string[] = [];
  queuedBytes = 0;
  #onSent: () => void = () => undefined;

  send(bytes: Uint8Array): number {
    this.sent.push({ bytes, atMs: performance.now() });
    this.#onSent();
    return 0;
  }

  close(how: string): void {
    this.closed.push(how);
  }

  async has(count: number): Promise<void> {
    while (this.sent.length < count) await new Promise<void>(resolve => (this.#onSent = resolve));
  }
}

const frame = (n: number): Uint8Array => encodePing('ping', Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0));
const SLOW = { latencyMs: 30 } as const;

describe('ShapingTransport', () => {
  it('passes everything on as it is until it is shaped', () => {
    const network = new Network();
    const bytes = Buffer.concat([frame(1), frame(2)]);
    expect(new ShapingTransport(network, 1).send(bytes)).toBe(0);
    expect(network.sent[0]?.bytes).toBe(bytes);
  });

  it('holds each frame back, never for less than asked, and counts what waits as queued', async () => {
    const network = new Network();
    const transport = new ShapingTransport(network, 1);
    transport.shape(SLOW);
    const startedMs = performance.now();
    transport.send(Buffer.concat([frame(1), frame(2)]));
    expect([network.sent.length, transport.queuedBytes]).toEqual([0, 2 * frame(1).length]);
    await network.has(2);
    expect(network.sent.map(({ bytes }) => [...bytes])).toEqual([[...frame(1)], [...frame(2)]]);
    expect(Math.min(...network.sent.map(({ atMs }) => atMs)) - startedMs).toBeGreaterThanOrEqual(30);
    expect(transport.queuedBytes).toBe(0);
  });

  it('keeps the order when it is shaped no more, and then is out of the way', async () => {
    const network = new Network();
    const transport = new ShapingTransport(network, 1);
    transport.shape(SLOW);
    transport.send(frame(1));
    transport.shape(undefined);
    transport.send(frame(2));
    await network.has(2);
    expect(network.sent.map(({ bytes }) => bytes[6])).toEqual([1, 2]);
    const bytes = frame(3);
    transport.send(bytes);
    expect(network.sent[2]?.bytes).toBe(bytes);
  });

  it('loses nothing in an orderly end, and everything in an abrupt one', async () => {
    for (const how of ['flush', 'abort'] as const) {
      const network = new Network();
      const transport = new ShapingTransport(network, 1);
      transport.shape(SLOW);
      transport.send(frame(1));
      transport.close(how);
      expect([network.sent.length, network.closed]).toEqual([how === 'flush' ? 1 : 0, [how]]);
    }
  });
});
