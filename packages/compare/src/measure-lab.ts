/**
 * Measures a lab that runs: what a broadcast costs, how long it takes to reach the last peer, how many deliveries there
 * are in a second, what the peers take of the machine. All times are as the lab sees them: each delivery is told over the
 * peer's control stream, which adds about a millisecond to a latency and bounds the throughput, alike for every kind.
 */

import type { PeerClient, PeerUsage } from '@peerlab/driver';
import { capabilityIfAny, LabError } from '@peerlab/driver';
import { distancesFrom } from '@peerlab/graph';
import { type Lab, UntoldEvents } from '@peerlab/lab';
import { type Cost, costPerMessage, readCost } from './cost.ts';
import { Deliveries } from './deliveries.ts';
import { percentile } from './percentile.ts';
import { DEFAULT_WORKLOAD, type Workload } from './workload.ts';

/** What a measurement found. Undefined: these peers, or this driver, do not tell; or other messages were under way. */
export interface LabMeasurement {
  /** Data frames, bytes on links and duplicates that one broadcast cost, over all peers. */
  readonly framesPerBroadcast: number | undefined;
  readonly bytesPerBroadcast: number | undefined;
  readonly duplicatesPerBroadcast: number | undefined;
  /** From sending to the last delivery, one broadcast at a time; undefined when not one reached everybody. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** In the burst. */
  readonly deliveriesPerSecond: number;
  /** Deliveries that the graph promises and that did not come in time. */
  readonly missing: number;
  readonly twice: number;
  /** Resident memory of one peer, on average, in bytes. */
  readonly memoryBytes: number | undefined;
  /** Processor time of all peers together for one delivery of the burst, in microseconds. */
  readonly cpuUsPerDelivery: number | undefined;
}

/**
 * See the module's header. The lab should be at rest, with links as drawn.
 * @throws {LabError} `PEER_FAILED` when no peer runs, or one ends meanwhile; `NOT_SETTLED`; `ENGINE_UNREACHABLE` where
 *   deliveries went unread, since this lab read too slowly; `ABORTED`
 */
export async function measureLab(
  lab: Lab,
  options: { readonly workload?: Partial<Workload> | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<LabMeasurement> {
  const workload = { ...DEFAULT_WORKLOAD, ...options.workload };
  const { singleBroadcasts, burstBroadcasts, payloadBytes, deliveryTimeoutMs } = workload;
  const clients = lab.endpoints.flatMap(endpoint => (endpoint === undefined ? [] : [endpoint.client]));
  const [origin] = clients;
  if (origin === undefined) throw new LabError('PEER_FAILED', `no peer of ${lab.name} runs`);
  const expected = distancesFrom(lab.graph, origin.index).filter(distance => distance > 0).length;
  const payload = 'x'.repeat(payloadBytes);
  using deliveries = new Deliveries(clients, expected);
  const untold = new UntoldEvents(clients);
  const { signal } = options;

  await lab.settled({ signal });
  const before = await readCost(clients);
  const latencies: number[] = [];
  for (let n = 0; n < singleBroadcasts; n++) {
    throwIfAborted(lab, signal);
    const timeMs = await deliveries.send(origin, payload, deliveryTimeoutMs);
    if (timeMs !== undefined) latencies.push(timeMs);
  }

  const measured = capabilityIfAny(lab.running, 'usage');
  const usageBefore = await measured?.usage();
  const delivered = deliveries.delivered;
  const startedAtMs = performance.now();
  await burst(deliveries, origin, payload, workload, () => throwIfAborted(lab, signal));
  const burstDeliveries = deliveries.delivered - delivered;
  const burstMs = deliveries.lastAtMs - startedAtMs;
  const usageAfter = await measured?.usage();

  await lab.settled({ signal });
  requireTold(untold, lab);
  const all = costPerMessage(before, await readCost(clients), singleBroadcasts + burstBroadcasts);
  // The counters do not separate the frames of others.
  const cost = deliveries.others === 0 ? all : NOT_KNOWN;
  return {
    framesPerBroadcast: cost.frames,
    bytesPerBroadcast: cost.bytes,
    duplicatesPerBroadcast: cost.duplicates,
    latencyMs:
      latencies.length === 0 ? undefined : { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    deliveriesPerSecond: burstDeliveries === 0 ? 0 : burstDeliveries / (burstMs / 1000),
    missing: deliveries.missing,
    twice: deliveries.twice,
    memoryBytes: memoryOf(usageAfter),
    cpuUsPerDelivery: cpuOf(usageBefore, usageAfter, burstDeliveries),
  };
}

/** Sends broadcasts, `window` of them under way at once. */
async function burst(
  deliveries: Deliveries,
  origin: PeerClient,
  payload: string,
  { burstBroadcasts, window, deliveryTimeoutMs }: Workload,
  check: () => void,
): Promise<void> {
  let left = burstBroadcasts;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      check();
      await deliveries.send(origin, payload, deliveryTimeoutMs);
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
}

function memoryOf(usage: readonly (PeerUsage | undefined)[] | undefined): number | undefined {
  const known = (usage ?? []).flatMap(peer => (peer === undefined ? [] : [peer.memoryBytes]));
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0) / known.length;
}

function cpuOf(
  before: readonly (PeerUsage | undefined)[] | undefined,
  after: readonly (PeerUsage | undefined)[] | undefined,
  deliveries: number,
): number | undefined {
  if (before === undefined || after === undefined || deliveries === 0) return undefined;
  const spent = after.map((peer, i) => (peer?.cpuMs ?? 0) - (before[i]?.cpuMs ?? 0));
  return (spent.reduce((a, b) => a + b, 0) * 1000) / deliveries;
}

const NOT_KNOWN: Cost = { frames: undefined, bytes: undefined, duplicates: undefined };

/** A delivery that was not read is not one that is missing. */
function requireTold({ reasons: [reason] }: UntoldEvents, { name }: Lab): void {
  if (reason === undefined) return;
  throw new LabError('ENGINE_UNREACHABLE', `${name} cannot be measured: ${reason}`, {
    advice: 'send fewer messages at once, or run fewer peers on this machine',
  });
}

function throwIfAborted(lab: Lab, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LabError('ABORTED', `cancelled while measuring ${lab.name}`);
}
