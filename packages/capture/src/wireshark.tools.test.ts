/** What a capture writes, as Wireshark's own programs read it. Their words are of version 4. */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabCapture } from './lab-capture.ts';
import { labOf, N0, N1 } from './testing/captured-lab.ts';
import { cookedIp } from './testing/pcap-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'wireshark-'));
const file = join(folder, 'all.pcapng');
afterAll(() => rmSync(folder, { recursive: true }));

/** 2026-11-30 12:00:00 UTC. */
const NOON_S = 1_796_040_000n;
const at = (nanoseconds: bigint): bigint => NOON_S * 1_000_000_000n + nanoseconds;

beforeAll(async () => {
  const stream = createWriteStream(file);
  const sink = { write: (bytes: Uint8Array) => void stream.write(bytes), end: () => void stream.end() };
  const lab = labOf([
    // A full packet; one whose length is no multiple of four; one that was cut off when it was captured.
    [
      { timeNs: at(1n), data: cookedIp(N0, N1, 1472) },
      { timeNs: at(999_999_999n), data: cookedIp(N0, N1, 5) },
    ],
    [{ timeNs: at(123_456_789n), data: cookedIp(N1, N0, 100), length: 9000 }],
  ]);
  const capture = await LabCapture.begin(lab, [0, 1], { merged: sink });
  await capture.stop();
  await finished(stream);
});

/** Runs a program of Wireshark. It fails, with what it printed, where the file is not as the format says. */
function run(program: 'capinfos' | 'tshark', ...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
}

test('tshark reads each packet: whose interface saw it, when, how long it was, and from whom to whom', () => {
  const fields = ['frame.interface_name', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'ip.src', 'ip.dst'];
  const printed = run('tshark', '-n', '-r', file, '-T', 'fields', ...fields.flatMap(field => ['-e', field]));
  expect(
    printed
      .trimEnd()
      .split('\n')
      .map(line => line.split('\t')),
  ).toEqual([
    ['n0', `${NOON_S}.000000001`, '1512', '1512', N0, N1],
    ['n1', `${NOON_S}.123456789`, '140', '9000', N1, N0],
    ['n0', `${NOON_S}.999999999`, '45', '45', N0, N1],
  ]);
});

test('capinfos finds a whole file: its type, packets, interfaces, program and order', () => {
  const infos = new Map(
    run('capinfos', '-M', file)
      .split('\n')
      // What is indented is of a single interface.
      .map(line => /^(\S[^:=]*?)\s*[:=]\s+(.*)$/.exec(line))
      .flatMap(found => (found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const])),
  );
  expect(Object.fromEntries(infos)).toMatchObject({
    'File type': 'pcapng',
    'File timestamp precision': 'nanoseconds (9)',
    'Number of packets': '3',
    'Capture application': 'peerlab',
    'Number of interfaces in file': '2',
    'Strict time order': 'True',
    'File encapsulation': 'linux-sll2',
  });
});
