/** The agent's output towards a controller that reads slowly or not at all: bounded, and honest about what it lost. */
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LineWriter } from './line-writer.ts';

/** An output that takes nothing until it is let go. */
class SlowReader extends Writable {
  readonly lines: string[] = [];
  #go: (() => void) | undefined;
  #isReading = false;

  constructor() {
    super({ decodeStrings: false, highWaterMark: 1000 });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    const take = (): void => {
      this.lines.push(...chunk.split('\n').filter(line => line !== ''));
      done();
    };
    if (this.#isReading) take();
    else this.#go = take;
  }

  async readAll(): Promise<void> {
    this.#isReading = true;
    this.#go?.();
    while (this.writableLength > 0) await turn();
    await turn();
  }
}

const event = (n: number): string => `{"event":"expired","n":${n},"fill":"${'x'.repeat(80)}"}`;

describe('LineWriter', () => {
  it('writes the lines of one turn together, in order', async () => {
    const chunks: string[] = [];
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const writer = new LineWriter(output);
    writer.write('a');
    writer.write('b');
    await turn();
    writer.write('c');
    await turn();
    expect(chunks).toEqual(['a\nb\n', 'c\n']);
  });

  it('holds no more than its bound, and says how many events were lost once there is room', async () => {
    const output = new SlowReader();
    const writer = new LineWriter(output, 10_000);
    for (let n = 0; n < 1000; n++) {
      writer.write(event(n));
      if (n % 50 === 0) await turn();
    }
    await turn();
    expect(output.writableLength).toBeLessThan(10_500);
    const told = output.writableLength;
    await output.readAll();
    const kept = output.lines.filter(line => line.includes('expired')).length;
    expect(kept).toBeGreaterThan(told / 200);
    expect(kept).toBeLessThan(200);
    expect(output.lines.slice(0, kept)).toEqual(Array.from({ length: kept }, (_, n) => event(n)));
    expect(output.lines.slice(kept)).toEqual([JSON.stringify({ event: 'overflow', lost: 1000 - kept })]);
    writer.write(event(1000));
    await turn();
    expect(output.lines.at(-1)).toBe(event(1000));
  });

  it('lets every reply through', async () => {
    const output = new SlowReader();
    const writer = new LineWriter(output, 100);
    for (let n = 0; n < 100; n++) {
      writer.write(event(n));
      writer.write(`{"reply":"${n}","result":{}}`);
    }
    await output.readAll();
    expect(output.lines.filter(line => line.startsWith('{"reply"')).length).toBe(100);
  });

  it('tells of a loss before the next reply: whoever reads that may judge by what came before', async () => {
    const output = new SlowReader();
    const writer = new LineWriter(output, 100);
    for (let n = 0; n < 10; n++) writer.write(event(n));
    writer.write('{"reply":"1","result":{}}');
    await output.readAll();
    expect(output.lines.slice(-2)).toEqual(['{"event":"overflow","lost":9}', '{"reply":"1","result":{}}']);
  });

  it('tells of the loss at the end, too', async () => {
    const output = new SlowReader();
    const writer = new LineWriter(output, 100);
    for (let n = 0; n < 10; n++) writer.write(event(n));
    const ended = new Promise<void>(resolve => writer.end(resolve));
    await output.readAll();
    await ended;
    expect(output.lines.at(-1)).toBe('{"event":"overflow","lost":9}');
  });
});
