/** A peer's output: whatever it prints, and however it is split, becomes replies, events and log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandSchema } from './commands.ts';
import { LineSplitter, MAX_LINE_LENGTH, parsePeerLine } from './lines.ts';

describe('LineSplitter', () => {
  function split(chunks: readonly string[]): string[] {
    const lines: string[] = [];
    const splitter = new LineSplitter(line => lines.push(line));
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    return lines;
  }

  it('gives the same lines however the text is split', () => {
    const line = fc.string().map(text => text.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(8), { minLength: 1 }), fc.boolean(), (lines, sizes, isCrLf) => {
        const whole = lines.map(text => text + (isCrLf ? '\r\n' : '\n')).join('');
        const chunks: string[] = [];
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = 1 + (sizes[i % sizes.length] ?? 0);
          chunks.push(whole.slice(at, at + size));
          at += size;
        }
        expect(split(chunks)).toEqual(lines.filter(text => text !== ''));
      }),
    );
  });

  it('keeps at most so much of one line, and goes on with the next', () => {
    const [first, second] = split(['x'.repeat(MAX_LINE_LENGTH - 1), 'yyy', 'z\nnext\n']);
    expect(first?.length).toBe(MAX_LINE_LENGTH);
    expect(second).toBe('next');
  });

  it('takes a delivery of which the peer does not know the neighbour', () => {
    const id = '3e55a6e0-0000-4000-8000-000000000001';
    const event = { event: 'received', id, kind: 'broadcast', origin: id, hops: 0, payload: 'hello' };
    expect(parsePeerLine(JSON.stringify(event))).toEqual({ type: 'event', event });
  });

  it('keeps a delivery of the longest message whole, however its payload is written', () => {
    const id = '3e55a6e0-0000-4000-8000-000000000001';
    const payload = '\u0001'.repeat(2 ** 20);
    const event = { event: 'received', id, kind: 'broadcast', origin: id, from: id, hops: 1, payload };
    const [line = ''] = split([`${JSON.stringify(event)}\n`]);
    expect(parsePeerLine(line)).toMatchObject({ type: 'event', event: { payload } });
  });

  it('hands on what stands without a line end when the stream ends', () => {
    expect(split(['a\nb'])).toEqual(['a', 'b']);
  });
});

describe('parsePeerLine', () => {
  it('takes any text without throwing, and what is not of the contract as log', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        const line = parsePeerLine(text);
        if (line.type === 'log') expect(line.text).toBe(text);
      }),
    );
  });

  it('says what is wrong with a line that meant to be of the contract', () => {
    expect(parsePeerLine('{"event":"received","id":"x"}')).toMatchObject({
      type: 'log',
      problem: expect.stringContaining('not an event'),
    });
    expect(parsePeerLine('{"reply":1}')).toMatchObject({
      type: 'log',
      problem: expect.stringContaining('not a reply'),
    });
    expect(parsePeerLine('{"level":"info","message":"hello"}')).toEqual({
      type: 'log',
      text: '{"level":"info","message":"hello"}',
    });
  });

  it('lets fields through that this version does not know', () => {
    const id = '11111111-2222-4333-8444-555555555501';
    const line = JSON.stringify({ event: 'expired', id, from: id, mood: 'good' });
    expect(parsePeerLine(line)).toEqual({ type: 'event', event: { event: 'expired', id, from: id } });
  });

  it('takes an error for an error, even beside a result', () => {
    const error = { code: 'internal', message: 'x' };
    expect(parsePeerLine(JSON.stringify({ reply: '1', error, result: {} }))).toEqual({
      type: 'reply',
      reply: { reply: '1', error },
    });
  });
});

describe('commandSchema', () => {
  it('refuses fields that it does not know, since they would silently not be obeyed', () => {
    expect(commandSchema.safeParse({ seq: '1', command: 'info', ttl: 3 }).success).toBe(false);
    expect(commandSchema.safeParse({ seq: '1', command: 'info' }).success).toBe(true);
  });
});
