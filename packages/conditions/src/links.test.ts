import { drawOf, senderKey } from '@peerlab/graph';
import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.ts';
import { LinkSettingError } from './link-setting-error.ts';
import { fullLinkSettings, type Latency, type LinkSettings } from './link-settings.ts';
import { LOST, Shaper } from './shaper.ts';

const shaper = (settings: LinkSettings): Shaper => new Shaper(fullLinkSettings(settings));

function transits(settings: LinkSettings, count = 20_000): number[] {
  const link = shaper(settings);
  return Array.from({ length: count }, (_, i) => link.transitUs(drawOf(i, 9)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

describe('latency', () => {
  it('is what it says when it is constant', () => {
    expect(new Set(transits({ latencyMs: 12.345 }, 100))).toEqual(new Set([12_345]));
  });

  it('takes every microsecond of a uniform one, both ends included', () => {
    const drawn = transits({ latencyMs: { uniform: { min: 0.001, max: 0.004 } } });
    expect(new Set(drawn)).toEqual(new Set([1, 2, 3, 4]));
    for (const us of [1, 2, 3, 4]) {
      const share = drawn.filter(value => value === us).length / drawn.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
    }
  });

  it('has the mean and the median of an exponential', () => {
    const drawn = transits({ latencyMs: { exponential: { mean: 20 } } });
    // The standard error of the mean is 0.14 ms.
    expect(Math.abs(mean(drawn) / 1000 - 20)).toBeLessThan(0.7);
    expect(Math.abs(middle(drawn) / 1000 - 20 * Math.LN2)).toBeLessThan(0.7);
  });

  it('has the median and the mean of a log-normal', () => {
    const drawn = transits({ latencyMs: { logNormal: { median: 50, sigma: 0.5 } } });
    expect(Math.abs(middle(drawn) / 1000 - 50)).toBeLessThan(1.5);
    expect(Math.abs(mean(drawn) / 1000 - 50 * Math.exp(0.125))).toBeLessThan(1.5);
  });

  it('varies by the jitter in both directions, and never falls below zero', () => {
    const drawn = transits({ latencyMs: 10, jitterMs: 2 });
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(8000);
    expect(Math.min(...drawn)).toBeLessThan(8020);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(12_000);
    expect(Math.max(...drawn)).toBeGreaterThan(11_980);
    expect(Math.abs(mean(drawn) - 10_000)).toBeLessThan(50);
    expect(Math.min(...transits({ latencyMs: 1, jitterMs: 5 }))).toBe(0);
  });
});

describe('loss', () => {
  it('is a delay on a stream: 200 ms, doubled for each further loss of the frame', () => {
    const drawn = transits({ latencyMs: 10, lossRatio: 0.3 });
    const shares = [10_000, 210_000, 610_000, 1_410_000].map(
      us => drawn.filter(value => value === us).length / drawn.length,
    );
    expect(drawn.every(us => us !== LOST)).toBe(true);
    [0.7, 0.21, 0.063, 0.0189].forEach((expected, i) => {
      expect(Math.abs((shares[i] ?? 0) - expected)).toBeLessThan(0.01);
    });
  });

  it('waits for a round trip and its jitter where those are longer than 200 ms', () => {
    const drawn = transits({ latencyMs: 300, lossRatio: 0.5 });
    expect(new Set(drawn)).toContain(900_000);
    expect(new Set(drawn)).not.toContain(500_000);
  });

  it('loses on a datagram link', () => {
    const drawn = transits({ delivery: 'datagram', lossRatio: 0.25 });
    const lost = drawn.filter(us => us === LOST).length / drawn.length;
    expect(Math.abs(lost - 0.25)).toBeLessThan(0.01);
    expect(new Set(drawn)).toEqual(new Set([LOST, 1000]));
  });

  it('of 1 lets nothing through', () => {
    expect(new Set(transits({ lossRatio: 1 }, 100))).toEqual(new Set([LOST]));
    expect(new Set(transits({ lossRatio: 1, delivery: 'datagram' }, 100))).toEqual(new Set([LOST]));
  });
});

describe('Lanes', () => {
  const send = (settings: LinkSettings, bytes: number, times: readonly number[]): number[] => {
    const lanes = new Lanes();
    const lane = lanes.add();
    const link = shaper(settings);
    return times.map(nowUs => lanes.sendData(lane, link, senderKey(1, 0), 1, nowUs, bytes));
  };
  const wild: Latency = { uniform: { min: 0, max: 100 } };

  it('keeps the order of a stream', () => {
    const arrivals = send(
      { latencyMs: wild },
      100,
      Array.from({ length: 200 }, (_, i) => i * 1000),
    );
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals.every((us, i) => us >= i * 1000 && us <= 199 * 1000 + 100_000)).toBe(true);
  });

  it('lets datagrams overtake each other', () => {
    const arrivals = send(
      { latencyMs: wild, delivery: 'datagram' },
      100,
      Array.from({ length: 200 }, (_, i) => i * 1000),
    );
    expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b));
  });

  it('takes the time of its bytes for a frame, and lets the next one wait for it', () => {
    // 1000 kbit/s: 125 bytes take 1 ms.
    const settings: LinkSettings = { bandwidthKbps: 1000, latencyMs: 5 };
    expect(send(settings, 125, [0, 0, 500, 10_000])).toEqual([6000, 7000, 8000, 16_000]);
    expect(send(settings, 1, [0])).toEqual([5008]);
  });

  it('says how much waits', () => {
    const lanes = new Lanes();
    const lane = lanes.add();
    const link = shaper({ bandwidthKbps: 1000 });
    lanes.sendData(lane, link, senderKey(1, 0), 1, 0, 1000);
    expect(lanes.queuedBytes(lane, link, 0)).toBe(1000);
    expect(lanes.queuedBytes(lane, link, 6000)).toBe(250);
    expect(lanes.queuedBytes(lane, link, 9000)).toBe(0);
  });

  it('draws the same for data frames whatever control frames went before', () => {
    const lanes = new Lanes();
    const link = shaper({ latencyMs: wild, delivery: 'datagram' });
    const [plain, mixed] = [lanes.add(), lanes.add()];
    for (let i = 0; i < 5; i++) lanes.sendControl(mixed, link, senderKey(1, 0), 1, 0, 60);
    const at = (lane: number): number => lanes.sendData(lane, link, senderKey(1, 0), 1, 1e6, 60);
    for (let i = 0; i < 20; i++) expect(at(plain)).toBe(at(mixed));
  });

  it('neither loses nor reorders control frames of a datagram link', () => {
    const lanes = new Lanes();
    const link = shaper({ latencyMs: wild, delivery: 'datagram', lossRatio: 0.5 });
    const lane = lanes.add();
    const arrivals = Array.from({ length: 50 }, () => lanes.sendControl(lane, link, senderKey(1, 0), 1, 0, 60));
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals).not.toContain(LOST);
  });
});

describe('fullLinkSettings', () => {
  it.each([
    [{ lossRatio: 1.01 }, 'lossRatio'],
    [{ lossRatio: Number.NaN }, 'lossRatio'],
    [{ jitterMs: -1 }, 'jitterMs'],
    [{ bandwidthKbps: 0 }, 'bandwidthKbps'],
    [{ latencyMs: { uniform: { min: 5, max: 4 } } }, 'min'],
    [{ latencyMs: { logNormal: { median: 0, sigma: 1 } } }, 'median'],
    [{ latencyMs: 600_001 }, 'latencyMs'],
  ] as const)('refuses %o', (given, name) => {
    expect(() => fullLinkSettings(given)).toThrow(LinkSettingError);
    expect(() => fullLinkSettings(given)).toThrow(name);
  });
});
