import { describe, expect, test } from 'vitest';
import { queueingDiscipline, readRoot, shapingCommands } from './traffic-control.ts';

describe('the discipline', () => {
  test('delays, varies, loses and paces by netem', () => {
    const all = { latencyMs: 50, jitterMs: 10, lossRatio: 0.05, bandwidthKbps: 1000 };
    expect(queueingDiscipline(all).join(' ')).toBe('netem limit 10000 delay 50ms 10ms loss 5% rate 1000kbit');
    expect(queueingDiscipline({ jitterMs: 3 }).join(' ')).toBe('netem limit 10000 delay 0ms 3ms');
  });

  test('paces alone by a token bucket, which needs no netem', () => {
    expect(queueingDiscipline({ bandwidthKbps: 8 }).join(' ')).toBe('tbf rate 8kbit burst 16384 latency 1000ms');
  });

  test('is none where nothing is asked for', () => {
    expect(queueingDiscipline({})).toEqual([]);
  });
});

test('the interface is the one that is not loopback', () => {
  const shown = [
    'qdisc noqueue 0: dev lo root refcnt 2 ',
    'qdisc netem 8001: dev eth1 root refcnt 2 limit 1000 delay 50ms',
    'qdisc pfifo 8002: dev eth1 parent 8001:1 limit 5',
  ].join('\n');
  expect(readRoot(shown)).toEqual({ device: 'eth1', kind: 'netem' });
  expect(readRoot('qdisc noqueue 0: dev lo root refcnt 2 ')).toBeUndefined();
});

describe('the commands', () => {
  const plain = { device: 'eth0', kind: 'noqueue', isLosing: false };
  const told = (...args: Parameters<typeof shapingCommands>): string[] =>
    shapingCommands(...args).map(words => words.join(' '));

  test('lose by a filter alone, which needs no netem, beside a rate', () => {
    expect(told({ lossRatio: 0.5, bandwidthKbps: 8 }, plain)).toEqual([
      'qdisc replace dev eth0 root tbf rate 8kbit burst 16384 latency 1000ms',
      'qdisc replace dev eth0 clsact',
      'filter replace dev eth0 egress pref 1 handle 1 bpf da bytecode "4,32 0 0 4294963256,53 1 0 2147483648,6 0 0 2,6 0 0 4294967295"',
    ]);
    expect(told({ lossRatio: 1 }, plain).at(-1)).toContain('53 1 0 4294967295,');
  });

  test('lose by netem where it delays anyway', () => {
    expect(told({ lossRatio: 0.5, latencyMs: 5 }, plain)).toEqual([
      'qdisc replace dev eth0 root netem limit 10000 delay 5ms loss 50%',
    ]);
  });

  test('take away what was set, and nothing else', () => {
    expect(told({}, { device: 'eth1', kind: 'tbf', isLosing: true })).toEqual([
      'qdisc del dev eth1 root',
      'qdisc del dev eth1 clsact',
    ]);
    expect(told({}, plain)).toEqual([]);
    expect(told({ bandwidthKbps: 8 }, { ...plain, isLosing: true }).at(-1)).toBe('qdisc del dev eth0 clsact');
  });
});
