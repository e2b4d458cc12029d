/** Quantities with their units: what is read, and what is not. */
import { describe, expect, test } from 'vitest';
import { readBytes, readDurationMs, readKbps, readRatePerSecond, readRatio } from './read-quantity.ts';

describe.each([
  [
    'durations, in milliseconds',
    readDurationMs,
    {
      '200ms': 200,
      '0.2 s': 200,
      '250us': 0.25,
      '250 µs': 0.25,
      '2m': 120_000,
      '1.5min': 90_000,
      '1h': 3_600_000,
      '40d': 3_456_000_000,
      '.5s': 500,
      '1e3ms': 1000,
      '0.1s': 100,
      '0.3ms': 0.3,
    },
  ],
  [
    'sizes, in bytes',
    readBytes,
    {
      '100': 100,
      '100 B': 100,
      '1kB': 1000,
      '1 KiB': 1024,
      '1.5 kB': 1500,
      '64kib': 65_536,
      '2MiB': 2_097_152,
      '1gb': 1e9,
    },
  ],
  [
    'rates, in kbit/s',
    readKbps,
    {
      '64': 64,
      '0.5': 0.5,
      '64kbit/s': 64,
      '1.5 Mbit/s': 1500,
      '1Mbps': 1000,
      '8000bit/s': 8,
      '100kB/s': 800,
      '1 Gb/s': 1e6,
      '125 B/s': 1,
    },
  ],
  ['shares', readRatio, { '0.1': 0.1, '10%': 0.1, '12.5 %': 0.125, '0': 0, '100%': 1, '30%': 0.3, '1': 1 }],
  ['events per second', readRatePerSecond, { '100/s': 100, '90 / min': 1.5 }],
] as const)('%s', (_, read, table) => {
  test.each(Object.entries(table))('%s', (text, value) => expect(read(text)).toBe(value));

  test.each([
    '',
    ' ',
    '-1',
    '-1ms',
    'abc',
    '1,5',
    '1 5',
    'ms',
    '%',
    '0x10',
    '1e999',
    'Infinity',
    'NaN',
    '1 parsec',
    null,
    {},
    true,
  ])('not %j', value => expect(read(value)).toBeUndefined());
});

test('a number is in the unit of the file', () => {
  expect([readDurationMs(5), readBytes(5), readKbps(5), readRatio(0.5), readRatePerSecond(5)]).toEqual([
    5, 5, 5, 0.5, 5,
  ]);
  expect([readDurationMs(-1), readBytes(1.5), readKbps(-1), readRatio(-1), readRatePerSecond(0)]).toEqual(
    Array.from({ length: 5 }),
  );
});

test('a duration needs its unit, and half a byte is no size', () => {
  expect([readDurationMs('5'), readBytes('1.5'), readBytes('1.5 B')]).toEqual([undefined, undefined, 2]);
});
