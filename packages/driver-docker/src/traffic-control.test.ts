import { describe, expect, test } from 'vitest';
import { queueingDiscipline, readRoot } from './traffic-control.ts';

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
