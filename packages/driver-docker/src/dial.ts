/**
 * Tries a TCP port of a peer: from this process where the lab's network is one of this machine's, else by a helper in the peer's own
 * network, since an internal network, or that of a virtual machine, takes nothing from outside.
 */
import { networkInterfaces } from 'node:os';
import { type DialOptions, dialFromHere, LabError } from '@peerlab/driver';
import { refusedStatus } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { runHelper } from './helper.ts';
import { ensureImage } from './image.ts';
import { type PeerTarget, requireRunning } from './operations.ts';
import type { DockerSettings } from './options.ts';
import { overlaps, parseSubnet } from './subnet.ts';

/** How long one helper tries, in milliseconds: its start takes some hundred, so one is not started for each attempt. */
const HELPER_MS = 5000;

/** Ends with status 0 once the port takes a connection. */
const SCRIPT = `
  const [host, port, ms] = process.argv.slice(1);
  const giveUpMs = performance.now() + Number(ms);
  const attempt = () => {
    const socket = require('node:net').connect({ host, port: Number(port), timeout: 2000 });
    socket.once('connect', () => process.exit(0));
    socket.once('timeout', () => socket.destroy(new Error('late')));
    socket.once('error', () => performance.now() > giveUpMs ? process.exit(1) : setTimeout(attempt, 100));
  };
  attempt();
`;

/** See CanDial.dial. @throws {LabError} `PEER_FAILED`; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function dialPeer(
  target: PeerTarget,
  settings: DockerSettings,
  port: number,
  options: DialOptions,
): Promise<boolean> {
  const { address } = target.peer;
  await requireRunning(target);
  if (target.engine.local && isOfThisMachine(address)) return await dialFromHere(address, port, options);
  return await dialByHelper(target, settings, port, options);
}

/** The same, from within the peer's network wherever it is. */
export async function dialByHelper(
  target: PeerTarget,
  settings: DockerSettings,
  port: number,
  { timeoutMs, signal }: DialOptions,
): Promise<boolean> {
  const { engine, peer } = target;
  const giveUpMs = performance.now() + timeoutMs;
  for (;;) {
    if (signal?.aborted === true) return false;
    const { id } = await requireRunning(target);
    const { reference } = await ensureImage(engine, settings, await engineFacts(engine));
    const leftMs = Math.max(0, Math.min(HELPER_MS, giveUpMs - performance.now()));
    try {
      const { exitCode } = await runHelper(engine, {
        what: 'dial',
        image: reference,
        entrypoint: ['node'],
        words: ['-e', SCRIPT, peer.address, String(port), String(leftMs)],
        host: { NetworkMode: `container:${id}` },
      });
      if (exitCode === 0) return true;
    } catch (error) {
      // Its container ended meanwhile: the next look tells how.
      if (!(error instanceof LabError) || ![404, 409].includes(refusedStatus(error) ?? 0)) throw error;
    }
    if (performance.now() >= giveUpMs) return false;
  }
}

/** True where an interface of this machine is on the address's network. */
function isOfThisMachine(address: string): boolean {
  const own = parseSubnet(`${address}/32`);
  return Object.values(networkInterfaces())
    .flatMap(interfaces => interfaces ?? [])
    .some(({ cidr, internal }) => {
      const subnet = internal || cidr === null ? undefined : parseSubnet(cidr);
      return own !== undefined && subnet !== undefined && subnet.prefix > 0 && overlaps(subnet, own);
    });
}
