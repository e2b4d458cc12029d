/**
 * Latency, loss and rate of a whole peer by the kernel, for peers that cannot shape what they send: `tc` of this machine
 * runs in a helper container that shares the peer's network namespace and is gone at once. Nothing is pulled. Latency needs
 * netem; a rate and loss do not.
 */
import type { NetemSettings } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { helperImage } from './helper-image.ts';
import { runInNetwork } from './network-helper.ts';

const TASK = 'the kernel cannot shape the traffic of a peer';

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
 *   without what it takes; `PEER_FAILED` for a peer that is off the network; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function shapeInterface(
  engine: Engine,
  container: { readonly id: string; readonly peer: string },
  settings: NetemSettings | null,
): Promise<void> {
  const shown = await runTc(engine, container, ['qdisc', 'show']);
  const root = readRoot(shown);
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
  const commands = shapingCommands(settings ?? {}, { ...root, isLosing: /^qdisc clsact /m.test(shown) });
  if (commands.length === 0) return;
  const script = commands.map(words => `tc ${words.join(' ')} || exit 1`).join('\n');
  const image = await helperImage(engine, ['sh', 'tc'], TASK);
  const { output, exitCode } = await runInNetwork(engine, {
    image,
    program: 'sh',
    words: ['-c', script],
    beside: container.id,
  });
  if (exitCode !== 0) throw tcFailed(container.peer, script, output);
}

/** What `tc` is to do, one command each, from what there is to what is wanted. */
export function shapingCommands(
  settings: NetemSettings,
  now: { readonly device: string; readonly kind: string; readonly isLosing: boolean },
): readonly (readonly string[])[] {
  const { device, kind, isLosing } = now;
  const { lossRatio, latencyMs, jitterMs } = settings;
  // netem loses as well; loss alone needs none.
  const byFilter = latencyMs === undefined && jitterMs === undefined ? lossRatio : undefined;
  const discipline = queueingDiscipline(byFilter === undefined ? settings : { ...settings, lossRatio: undefined });
  const atRoot =
    discipline.length > 0
      ? [['qdisc', 'replace', 'dev', device, 'root', ...discipline]]
      : OWN_KINDS.has(kind)
        ? [['qdisc', 'del', 'dev', device, 'root']]
        : [];
  const losing =
    byFilter !== undefined
      ? [
          ['qdisc', 'replace', 'dev', device, 'clsact'],
          ['filter', 'replace', 'dev', device, 'egress', 'pref', '1', 'handle', '1', ...lossFilter(byFilter)],
        ]
      : isLosing
        ? [['qdisc', 'del', 'dev', device, 'clsact']]
        : [];
  return [...atRoot, ...losing];
}

/**
 * A filter that drops so many of the packets, at random, without an error for the sender (tc-bpf(8)). Classic BPF: load a random
 * number of 32 bits; below the bound TC_ACT_SHOT, else TC_ACT_UNSPEC.
 */
function lossFilter(ratio: number): readonly string[] {
  const bound = Math.min(2 ** 32 - 1, Math.round(ratio * 2 ** 32));
  return ['bpf', 'da', 'bytecode', `"4,32 0 0 4294963256,53 1 0 ${bound},6 0 0 2,6 0 0 4294967295"`];
}

/** Runs `tc` in a container's network, and gives what it printed. @throws {LabError} as {@link shapeInterface} */
export async function runTc(
  engine: Engine,
  { id, peer }: { readonly id: string; readonly peer: string },
  words: readonly string[],
): Promise<string> {
  const image = await helperImage(engine, ['sh', 'tc'], TASK);
  const { output, exitCode } = await runInNetwork(engine, { image, program: 'tc', words, beside: id });
  if (exitCode !== 0) throw tcFailed(peer, `tc ${words.join(' ')}`, output);
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

function tcFailed(peer: string, script: string, output: string): LabError {
  const said = output.split('\n').find(line => line !== '') ?? 'nothing';
  const details = { peer, command: script, output };
  const isUnknown = /kind is unknown|qdisc not found|No such file or directory|not supported|Unknown filter/i.test(
    output,
  );
  if (isUnknown && /\bnetem\b/.test(script)) {
    const message = `the kernel under the engine has no netem (sch_netem), so it cannot delay what ${peer} sends`;
    const advice =
      'modprobe sch_netem on its machine, or use a peer that announces "shape"; a rate or loss alone needs no netem';
    return new LabError('NOT_SUPPORTED', message, { advice, details });
  }
  if (isUnknown && /\bclsact\b/.test(script)) {
    const message = `the kernel under the engine cannot lose what ${peer} sends: it lacks sch_ingress or cls_bpf`;
    const advice = 'modprobe sch_ingress cls_bpf on its machine, or use a peer that announces "shape"';
    return new LabError('NOT_SUPPORTED', message, { advice, details });
  }
  return new LabError('ENGINE_REFUSED', `tc did not shape ${peer}: ${said}`, { details });
}
