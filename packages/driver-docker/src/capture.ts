/**
 * Packets of peers, recorded by tcpdump in a helper container in the network of each: no tool is in the peer's image. A helper ends
 * when its standard input does, and so with the process that reads it.
 */
import { type Duplex, PassThrough } from 'node:stream';
import type { Capture, CaptureEnd, CaptureStream, PeerFacts } from '@peerlab/driver';
import { DRAIN_MS, LabError, TcpdumpWords, tcpdumpScript } from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import { attachTo } from './attach.ts';
import { ensurePackageImage } from './debian/package-image.ts';
import { Demultiplexer } from './demux.ts';
import { type Engine, refusedStatus } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { findProgram, helperImage, inImage, missingProgram } from './helper-image.ts';
import { LABEL, ownerLabels } from './labels.ts';
import { inParallel } from './parallel.ts';
import { removeContainer } from './remove.ts';

/** Captures that are begun at once. @default 4: the engine serialises most of a helper's start */
const AT_ONCE = 4;

const TASK = 'packets cannot be captured';

/** How long a capture may take to begin, and to end, in milliseconds: a helper on a busy engine. */
const BEGIN_MS = 30_000;
const END_MS = 15_000;

/** Why packets cannot be captured with what this machine has; undefined where they can. */
export function cannotCapture(): string | undefined {
  if (missingProgram(['sh', 'tcpdump']) === undefined || findProgram('apt-get') !== undefined) return undefined;
  return 'this machine has no tcpdump, and no apt-get to get it with';
}

/** Where tcpdump and a shell are. */
interface CaptureImage {
  readonly reference: string;
  readonly shell: string;
}

/** This machine's own, else those of Debian. @throws {LabError} `NOT_SUPPORTED`; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
async function captureImage(engine: Engine): Promise<CaptureImage> {
  if (missingProgram(['sh', 'tcpdump']) === undefined) {
    return { reference: await helperImage(engine, ['sh', 'tcpdump'], TASK), shell: inImage('sh') };
  }
  const packages = ['dash', 'tcpdump'];
  try {
    const facts = await engineFacts(engine);
    return {
      reference: await ensurePackageImage(engine, facts, { name: 'lab capture', packages }),
      shell: '/bin/dash',
    };
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.code !== 'CANNOT_CARRY') throw cause;
    const message = `${TASK}: this machine has no tcpdump, and it cannot be had from Debian: ${cause.message}`;
    throw new LabError('NOT_SUPPORTED', message, { advice: 'install tcpdump on this machine', cause });
  }
}

/** A peer whose packets are recorded. */
export interface CaptureTarget {
  /** The engine that has it. */
  readonly engine: Engine;
  readonly peer: Pick<PeerFacts, 'index' | 'name' | 'address'>;
  readonly containerId: string;
}

/** Begins to capture, at all of them or at none. @throws {LabError} as CanCapture.capture */
export async function capturePeers(targets: readonly CaptureTarget[]): Promise<Capture> {
  const engines = [...new Set(targets.map(({ engine }) => engine))];
  const images = new Map<Engine, CaptureImage>();
  for (const engine of engines) images.set(engine, await captureImage(engine));
  const helpers: CaptureHelper[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(helpers.map(async helper => await helper.stop()));
  };
  try {
    await inParallel(targets, { limit: AT_ONCE }, async target => {
      const image = images.get(target.engine);
      if (image !== undefined) helpers.push(await CaptureHelper.begin(target.engine, image, target));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { streams: helpers.map(({ stream }) => stream), stop };
}

class CaptureHelper {
  readonly stream: CaptureStream;
  readonly #engine: Engine;
  readonly #id: string;
  readonly #attached: Duplex;
  readonly #words: TcpdumpWords = new TcpdumpWords();
  #isStopped = false;

  static async begin(engine: Engine, image: CaptureImage, target: CaptureTarget): Promise<CaptureHelper> {
    const id = await createHelper(engine, image, target);
    try {
      const what = `the capture of ${target.peer.name}`;
      const attached = await attachTo(engine, { containerId: id, what, stdin: true });
      const helper = new CaptureHelper(engine, id, attached, target);
      await engine.call(`start the capture of ${target.peer.name}`, abortSignal =>
        engine.docker.getContainer(id).start({ abortSignal }),
      );
      await helper.#listening(target);
      return helper;
    } catch (error) {
      await removeContainer(engine, id);
      throw error;
    }
  }

  private constructor(engine: Engine, id: string, attached: Duplex, { peer }: CaptureTarget) {
    this.#engine = engine;
    this.#id = id;
    this.#attached = attached;
    const bytes = new PassThrough();
    const demultiplexer = new Demultiplexer((chunk, from) => {
      if (from === 'stderr') this.#words.take(chunk.toString('utf8'));
      else if (!bytes.write(chunk)) attached.pause();
    });
    bytes.on('drain', () => attached.resume());
    attached.on('data', (chunk: Buffer) => demultiplexer.push(chunk));
    const ended = new Promise<CaptureEnd>(resolve => {
      const finish = (): void => {
        bytes.end();
        this.#words.end('the helper ended before it captured');
        const { droppedPackets } = this.#words;
        const failure = this.#isStopped ? {} : { failure: 'its helper has ended' };
        resolve({ ...(droppedPackets === undefined ? {} : { droppedPackets }), ...failure });
      };
      attached.once('end', finish);
      attached.once('error', finish);
      attached.once('close', finish);
    });
    this.stream = { peers: [peer.index], outlivesPeers: false, bytes, ended };
  }

  /** Its helper ends by itself once it is told so; where it does not, it is removed. */
  async stop(): Promise<void> {
    await pause(DRAIN_MS);
    this.#isStopped = true;
    this.#attached.write('\n');
    const late = new AbortController();
    const isLate = pause(END_MS, { signal: late.signal }).then(
      () => true,
      () => false,
    );
    if (await Promise.race([this.stream.ended.then(() => false), isLate])) {
      await removeContainer(this.#engine, this.#id).catch(() => undefined);
      this.#attached.destroy();
    }
    late.abort();
  }

  async #listening({ peer }: CaptureTarget): Promise<void> {
    const late = new AbortController();
    const isLate = pause(BEGIN_MS, { signal: late.signal }).then(() => {
      throw new Error(`it did not begin within ${BEGIN_MS / 1000} s`);
    });
    try {
      await Promise.race([this.#words.listening, isLate]);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#attached.destroy();
      throw new LabError('NOT_SUPPORTED', `the packets of ${peer.name} cannot be captured: ${why}`, {
        details: { peer: peer.name },
        cause,
      });
    } finally {
      late.abort();
      isLate.catch(() => undefined);
    }
  }
}

/** What the peer says to itself, such as to its own control port, is no traffic. */
function filterOf({ address }: CaptureTarget['peer']): string {
  return `not (src net 127.0.0.0/8 and dst net 127.0.0.0/8) and not (src host ${address} and dst host ${address})`;
}

async function createHelper(
  engine: Engine,
  { reference, shell }: CaptureImage,
  { peer, containerId }: CaptureTarget,
): Promise<string> {
  try {
    const { id } = await engine.call(`create the capture of ${peer.name}`, abortSignal =>
      engine.docker.createContainer({
        Image: reference,
        User: '0:0',
        Entrypoint: [shell],
        Cmd: ['-c', tcpdumpScript({ device: 'any', filter: filterOf(peer) })],
        Labels: { [LABEL.helper]: 'capture', ...ownerLabels() },
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        HostConfig: {
          AutoRemove: true,
          NetworkMode: `container:${containerId}`,
          CapDrop: ['ALL'],
          // The two others: to stay root, as tcpdump understands it.
          CapAdd: ['NET_RAW', 'SETGID', 'SETUID'],
          SecurityOpt: ['no-new-privileges'],
          ReadonlyRootfs: true,
          // The packets are read from the stream: the engine keeps none of them.
          LogConfig: { Type: 'none', Config: {} },
        },
        abortSignal,
      }),
    );
    return id;
  } catch (error) {
    if (![404, 409].includes(refusedStatus(error) ?? 0)) throw error;
    throw new LabError('PEER_FAILED', `${peer.name} ended before it could be captured`, {
      details: { peer: peer.name },
    });
  }
}
