/** Captures of a lab whose driver hands on files that a test has written. */
import { describe, expect, test } from 'vitest';
import { LabCapture } from './lab-capture.ts';
import type { ByteSink } from './pcapng.ts';
import { COOKED, labOf, N0, N1, N2 } from './testing/captured-lab.ts';
import { cookedIp, type WrittenPacket } from './testing/pcap-file.ts';
import { trafficMarkdown, trafficText } from './traffic-text.ts';

function memory(): ByteSink & { readonly blocks: () => Block[]; isEnded: boolean } {
  const chunks: Uint8Array[] = [];
  const sink = {
    isEnded: false,
    write: (bytes: Uint8Array) => void chunks.push(bytes),
    end: () => {
      sink.isEnded = true;
    },
    blocks: () => blocksOf(Buffer.concat(chunks)),
  };
  return sink;
}

type Block = { readonly type: number; readonly body: Buffer };

/** Reads pcapng by its general block structure: both lengths of each block must agree. */
function blocksOf(file: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32LE(at + 4);
    expect(length % 4).toBe(0);
    expect(file.readUInt32LE(at + length - 4)).toBe(length);
    blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

const packet = (timeNs: bigint, from: string, to: string, bytes = 8): WrittenPacket => ({
  timeNs,
  data: cookedIp(from, to, bytes),
});

describe('the traffic', () => {
  test('is counted where it is sent and where it arrives, so that what is cut shows', async () => {
    const lab = labOf([
      [packet(1n, N0, N1, 80), packet(2n, N0, N1, 80), packet(5n, N1, N0)],
      [
        packet(3n, N0, N1, 80),
        // A switch brings what is sent to nobody's MAC address to everybody.
        { timeNs: 3n, data: cookedIp(N0, N1, 80, 3) },
        packet(4n, N1, N0),
        packet(6n, N1, '239.0.0.1'),
      ],
    ]);
    const capture = await LabCapture.begin(lab, [0, 1]);
    const report = await capture.stop();
    expect(report.traffic).toEqual([
      { from: 'n0', to: 'n1', sent: { packets: 2, bytes: 200 }, arrived: { packets: 1, bytes: 100 } },
      { from: 'n1', to: 'n0', sent: { packets: 1, bytes: 28 }, arrived: { packets: 1, bytes: 28 } },
    ]);
    expect(report.elsewhere).toEqual({ packets: 1, bytes: 28 });
    expect(report.peers.map(({ peer, packets, dropped }) => [peer, packets, dropped])).toEqual([
      ['n0', 3, 0],
      ['n1', 3, 0],
    ]);
    const [head, row] = trafficText(report);
    expect(head).toMatch(/^from \\ to {2}n0 +n1$/);
    expect(row).toMatch(/^n0 +2 \(200 B\) → 1 \(100 B\)$/);
    expect(trafficMarkdown(report)[1]).toBe('| --- | --- | --- |');
  });

  test('of a peer that is not captured is known from its neighbours, and said to be one-sided', async () => {
    const capture = await LabCapture.begin(labOf([[packet(1n, N0, N2), packet(2n, N2, N0)]]), [0]);
    expect((await capture.stop()).traffic).toEqual([
      { from: 'n0', to: 'n2', sent: { packets: 1, bytes: 28 }, arrived: null },
      { from: 'n2', to: 'n0', sent: null, arrived: { packets: 1, bytes: 28 } },
    ]);
  });
});

describe('the files', () => {
  test('are whole: an interface for each peer, its packets, and all in the order of time in the merged one', async () => {
    const merged = memory();
    const each = [memory(), memory()];
    const lab = labOf([[packet(1n, N0, N1), packet(1n << 33n, N1, N0)], [packet(2n, N0, N1)]]);
    const capture = await LabCapture.begin(lab, [0, 1], { merged, ofPeer: peer => each[Number(peer.slice(1))] });
    await capture.stop();
    expect([merged, ...each].map(({ isEnded }) => isEnded)).toEqual([true, true, true]);
    const types = (sink: ReturnType<typeof memory>): number[] => sink.blocks().map(({ type }) => type);
    expect(types(each[0] as ReturnType<typeof memory>)).toEqual([0x0a0d0d0a, 1, 6, 6]);
    expect(types(each[1] as ReturnType<typeof memory>)).toEqual([0x0a0d0d0a, 1, 6]);
    expect(merged.blocks().map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 6, 1, 6, 6]);
    const packets = merged.blocks().filter(({ type }) => type === 6);
    expect(packets.map(({ body }) => [body.readUInt32LE(0), body.readUInt32LE(4), body.readUInt32LE(8)])).toEqual([
      [0, 0, 1],
      [1, 0, 2],
      [0, 2, 0],
    ]);
    const [first] = merged.blocks().filter(({ type }) => type === 1);
    expect(first?.body.readUInt16LE(0)).toBe(COOKED);
    expect(first?.body.includes('n0')).toBe(true);
  });

  test('of peers that sent nothing are files nevertheless', async () => {
    const only = memory();
    const capture = await LabCapture.begin(labOf([[]]), [2], { ofPeer: () => only });
    await capture.stop();
    expect(only.blocks().map(({ type }) => type)).toEqual([0x0a0d0d0a, 1]);
  });
});

describe('what is missing is said', () => {
  test('packets that were dropped', async () => {
    const capture = await LabCapture.begin(labOf([[]], { droppedPackets: 7 }), [1]);
    expect((await capture.stop()).notes).toEqual([expect.stringMatching(/^n1: 7 packets are missing/)]);
  });

  test('those of a peer that is started again, until it is captured again', async () => {
    const lab = labOf([[packet(1n, N0, N1)], [packet(9n, N0, N1)]]);
    const capture = await LabCapture.begin(lab, [0]);
    await capture.again(0);
    await capture.again(2);
    const { traffic, notes } = await capture.stop();
    expect(traffic[0]?.sent?.packets).toBe(2);
    expect(notes).toEqual([expect.stringMatching(/^n0 was started again/)]);
  });
});
