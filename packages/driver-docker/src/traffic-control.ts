/**
 * Latency, loss and rate of a whole peer by the kernel, for peers that cannot shape what they send: `tc` of this machine
 * runs in a helper container that shares the peer's network namespace and is gone at once. Nothing is pulled.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { NetemSettings } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { finishBuild } from './build-stream.ts';
import { elfObjects, placeOfObject } from './elf-objects.ts';
import type { Engine } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { runHelper } from './helper.ts';
import { engineArchitecture } from './host-runtime.ts';
import { hashOf, takeImage } from './image.ts';
import { LABEL } from './labels.ts';
import { tarOf } from './tar.ts';

/** The repository of the helper's image. */
const REPOSITORY = 'peerlab/tc';
const TC_IN_IMAGE = '/usr/sbin/tc';
const TC_LIBRARIES = '/usr/local/lib/tc';

/** Where administrators' programs are, where a user's PATH leaves them out. */
const MORE_FOLDERS: readonly string[] = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** Packets that may wait in the kernel: at 100 Mbit/s, a second of full ones. */
const LIMIT_PACKETS = 10_000;

/** Bytes that a rate lets through at once; a full packet must fit, and timers of 4 ms at 10 Mbit/s. */
const BURST_BYTES = 16_384;

/** How long bytes may wait for a rate before they are dropped, in milliseconds. */
const RATE_QUEUE_MS = 1000;

/** The root queueing disciplines that are set here, and may be taken away again. */
const OWN_KINDS: ReadonlySet<string> = new Set(['netem', 'tbf']);

/**
 * Sets what a container's network interface does to what it sends; null: as it was.
 * @throws {LabError} `NOT_SUPPORTED` without `tc` on this machine, for an engine that cannot run it, and for a kernel
 *   without sch_netem; `PEER_FAILED` for a peer that is off the network; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function shapeInterface(
  engine: Engine,
  container: { readonly id: string; readonly peer: string },
  settings: NetemSettings | null,
): Promise<void> {
  const tc = (...words: string[]): Promise<string> => runTc(engine, container, words);
  const root = readRoot(await tc('qdisc', 'show'));
  if (root === undefined) {
    throw new LabError(
      'PEER_FAILED',
      `${container.peer} is disconnected from the network: it has no interface to shape`,
      {
        advice: 'reconnect it first: lab fault rejoin',
        details: { peer: container.peer },
      },
    );
  }
  const discipline = settings === null ? [] : queueingDiscipline(settings);
  if (discipline.length > 0) await tc('qdisc', 'replace', 'dev', root.device, 'root', ...discipline);
  else if (OWN_KINDS.has(root.kind)) await tc('qdisc', 'del', 'dev', root.device, 'root');
}

/** Runs `tc` in a container's network, and gives what it printed. @throws {LabError} as {@link shapeInterface} */
export async function runTc(
  engine: Engine,
  { id, peer }: { readonly id: string; readonly peer: string },
  words: readonly string[],
): Promise<string> {
  const image = await ensureTcImage(engine);
  const host = { NetworkMode: `container:${id}`, CapAdd: ['NET_ADMIN'] };
  const { output, exitCode } = await runHelper(engine, { what: 'tc', image, words, host });
  if (exitCode !== 0) throw tcFailed(peer, words, output);
  return output;
}

/**
 * The words for `tc` (tc-netem(8), tc-tbf(8)); none where nothing is asked for. A rate alone needs no sch_netem.
 */
export function queueingDiscipline({
  latencyMs,
  jitterMs,
  lossRatio,
  bandwidthKbps,
}: NetemSettings): readonly string[] {
  const rate = bandwidthKbps === undefined ? [] : ['rate', `${bandwidthKbps}kbit`];
  const delay = latencyMs === undefined && jitterMs === undefined ? [] : ['delay', `${latencyMs ?? 0}ms`];
  const jitter = jitterMs === undefined ? [] : [`${jitterMs}ms`];
  const loss = lossRatio === undefined ? [] : ['loss', `${100 * lossRatio}%`];
  if (delay.length + loss.length > 0) {
    return ['netem', 'limit', String(LIMIT_PACKETS), ...delay, ...jitter, ...loss, ...rate];
  }
  return rate.length === 0 ? [] : ['tbf', ...rate, 'burst', String(BURST_BYTES), 'latency', `${RATE_QUEUE_MS}ms`];
}

/** The interface that is not loopback, with its root discipline, as `tc qdisc show` tells it. */
export function readRoot(shown: string): { readonly device: string; readonly kind: string } | undefined {
  const roots = [...shown.matchAll(/^qdisc (\S+) \S+ dev (\S+) root/gm)].map(([, kind = '', device = '']) => {
    return { kind, device };
  });
  return roots.find(({ device }) => device !== 'lo');
}

async function ensureTcImage(engine: Engine): Promise<string> {
  const program = findTc();
  const { osType, architecture } = await engineFacts(engine);
  if (program === undefined || osType !== 'linux' || engineArchitecture()?.includes(architecture) !== true) {
    const why =
      program === undefined ? 'this machine has no tc' : `tc of this machine cannot run in ${osType}/${architecture}`;
    throw new LabError('NOT_SUPPORTED', `the kernel cannot shape the traffic of a peer: ${why}`, {
      advice: 'install iproute2, on a Linux machine like the engine’s; peers that announce "shape" do not need it',
    });
  }
  const objects = elfObjects(program).map(object => ({
    target: placeOfObject(object, TC_LIBRARIES),
    path: object.path,
  }));
  const files = [{ target: TC_IN_IMAGE, path: program }, ...objects];
  const sources = files.map(({ target, path }) => ({ target, path: realpathSync(path) }));
  const facts = sources.map(({ target, path }) => `${target} ${statSync(path).size} ${statSync(path).mtimeMs}`);
  const tag = hashOf(...facts);
  const reference = `${REPOSITORY}:${tag}`;
  if (await takeImage(engine, reference)) return reference;
  const archive = sources.map(({ target, path }) => ({ name: target.slice(1), mode: 0o755, source: { path } }));
  const changes = [
    `ENV LD_LIBRARY_PATH=${TC_LIBRARIES}`,
    `ENTRYPOINT ["${TC_IN_IMAGE}"]`,
    `LABEL ${LABEL.image}=${tag}`,
  ];
  await engine.call(`import the image ${reference}`, async abortSignal => {
    await finishBuild(await engine.docker.importImage(tarOf(archive), { repo: REPOSITORY, tag, changes, abortSignal }));
  });
  return reference;
}

/** The `tc` of this machine. */
export function findTc(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(folder => folder !== ''), ...MORE_FOLDERS];
  return folders.map(folder => join(folder, 'tc')).find(path => existsSync(path));
}

function tcFailed(peer: string, words: readonly string[], output: string): LabError {
  const said = output.split('\n').find(line => line !== '') ?? 'nothing';
  const details = { peer, command: ['tc', ...words].join(' '), output };
  if (words.includes('netem') && /kind is unknown|qdisc not found|No such file or directory/i.test(output)) {
    const message = `the kernel under the engine has no netem (sch_netem), so it cannot delay or lose what ${peer} sends`;
    const advice =
      'modprobe sch_netem on its machine, or use a peer that announces "shape"; a rate limit alone needs no netem';
    return new LabError('NOT_SUPPORTED', message, { advice, details });
  }
  return new LabError('ENGINE_REFUSED', `tc did not shape ${peer}: ${said}`, { details });
}
