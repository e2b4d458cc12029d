/** Packets of local peers, recorded by this machine's tcpdump on the loopback interface that they share; mostly root alone may. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Capture, CaptureEnd, PeerFacts } from '@peerlab/driver';
import { DRAIN_MS, LabError, TcpdumpWords, tcpdumpScript } from '@peerlab/driver';
import { pause } from '@peerlab/timers';

/** Where administrators' programs are, where a user's PATH leaves them out. */
const MORE_FOLDERS: readonly string[] = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** False where this machine has no tcpdump. */
export function hasTcpdump(): boolean {
  return folders().some(folder => existsSync(join(folder, 'tcpdump')));
}

/** Begins to capture. @throws {LabError} `NOT_SUPPORTED` with what tcpdump says: mostly that it takes root */
export async function captureLoopback(peers: readonly PeerFacts[]): Promise<Capture> {
  const device = process.platform === 'linux' ? 'lo' : 'lo0';
  const filter = peers.map(({ address }) => `host ${address}`).join(' or ');
  const child = spawn('sh', ['-c', tcpdumpScript({ device, filter })], {
    env: { ...process.env, PATH: folders().join(delimiter) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // One that has ended takes no line any more.
  child.stdin.on('error', () => undefined);
  const words = new TcpdumpWords();
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.take(text));
  let isStopped = false;
  const ended = new Promise<CaptureEnd>(resolve => {
    const finish = (why: string): void => {
      words.end(why);
      const { droppedPackets } = words;
      const failure = isStopped ? {} : { failure: why };
      resolve({ ...(droppedPackets === undefined ? {} : { droppedPackets }), ...failure });
    };
    child.once('error', error => finish(error.message));
    child.once('close', status => finish(`tcpdump has ended with status ${status}`));
  });
  const stop = async (): Promise<void> => {
    await pause(DRAIN_MS);
    isStopped = true;
    child.stdin.end();
    await ended;
  };
  try {
    await words.listening;
  } catch (cause) {
    child.stdout.resume();
    await stop();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('NOT_SUPPORTED', `the packets of local peers cannot be captured: ${why}`, {
      advice: 'run lab as root, or use the driver docker, which needs no root for it',
      cause,
    });
  }
  return {
    streams: [{ peers: peers.map(({ index }) => index), outlivesPeers: true, bytes: child.stdout, ended }],
    stop,
  };
}

function folders(): string[] {
  return [...(process.env.PATH ?? '').split(delimiter).filter(folder => folder !== ''), ...MORE_FOLDERS];
}
