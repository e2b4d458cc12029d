/** A lab whose driver hands on capture files that a test has written. */
import type { Capture, CaptureEnd, RunningLab } from '@peerlab/driver';
import { pcapFile, type WrittenPacket } from './pcap-file.ts';

/** The addresses of its peers n0, n1, n2. */
export const N0 = '10.0.0.2';
export const N1 = '10.0.0.3';
export const N2 = '10.0.0.4';

/** Linux' cooked capture, version 2. */
export const COOKED = 276;

/** A lab of three peers. Each capture ends when it is stopped, with the next file of each peer. */
export function labOf(
  files: readonly (readonly WrittenPacket[])[],
  end: CaptureEnd = { droppedPackets: 0 },
): RunningLab {
  const left = [...files];
  const capture = async (indexes: readonly number[]): Promise<Capture> => {
    let stop = (): void => undefined;
    const stopped = new Promise<void>(resolve => {
      stop = resolve;
    });
    const streams = indexes.map(index => {
      const file = pcapFile(COOKED, left.shift() ?? []);
      return {
        peers: [index],
        outlivesPeers: false,
        bytes: (async function* () {
          yield file;
          await stopped;
        })(),
        ended: stopped.then(() => end),
      };
    });
    return { streams, stop: async () => stop() };
  };
  const peers = [N0, N1, N2].map((address, index) => ({ index, name: `n${index}`, address }));
  return { name: 'lab', driver: 'test', peers, capabilities: { capture: { capture } } } as unknown as RunningLab;
}
