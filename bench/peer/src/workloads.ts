/** The workloads, the same for every contestant. Each message carries its number and that of its workload. */
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Swarm } from './swarm.ts';

/** How many messages may be under way at once when they go as fast as possible. */
const WINDOW = 256;

/** How long the last messages may take before they count as lost, in milliseconds without a message that is complete. */
const LOST_AFTER_MS = 4000;

/** After so many lost messages a workload that sends one at a time gives up. */
const MAX_LOST = 3;

/** The longest time that such a workload takes, in milliseconds. */
const MAX_SERIAL_MS = 2500;

/** Tells the messages of one workload from late ones of another. */
let workload = 0;

const WORKLOAD_AT = 4;

/** What the throughput workload found. */
export interface Throughput {
  readonly broadcasts: number;
  readonly deliveriesPerSecond: number;
  readonly cpuUsPerDelivery: number;
  readonly framesPerBroadcast: number | undefined;
  /** Deliveries that never came. */
  readonly lost: number;
  /** Deliveries beyond one for each peer. */
  readonly duplicated: number;
}

/** Broadcasts from one peer as fast as flow control allows, for so long or so many. */
export async function measureThroughput(
  swarm: Swarm,
  { payloadBytes, durationMs, warmUpMs }: { payloadBytes: number; durationMs: number; warmUpMs: number },
): Promise<Throughput> {
  await flood(swarm, payloadBytes, warmUpMs);
  const before = await swarm.usage();
  const { broadcasts, deliveries, elapsedMs, lost, duplicated } = await flood(swarm, payloadBytes, durationMs);
  const after = await swarm.usage();
  return {
    broadcasts,
    deliveriesPerSecond: deliveries / (elapsedMs / 1000),
    cpuUsPerDelivery: (after.cpuUs - before.cpuUs) / deliveries,
    framesPerBroadcast:
      after.frames === undefined || before.frames === undefined
        ? undefined
        : (after.frames - before.frames) / broadcasts,
    lost,
    duplicated,
  };
}

/** Sends for so long; done when everything has arrived, or nothing comes any more. */
export async function flood(
  swarm: Swarm,
  payloadBytes: number,
  durationMs: number,
  maxBroadcasts: number = Number.POSITIVE_INFINITY,
): Promise<{ broadcasts: number; deliveries: number; elapsedMs: number; lost: number; duplicated: number }> {
  const receivers = swarm.peerCount - 1;
  /** Deliveries of each message still to come; a message's place is free again once it is complete. */
  const missing = new Int32Array(WINDOW * 4);
  let sent = 0;
  let inFlight = 0;
  let deliveries = 0;
  let duplicated = 0;
  let wake: () => void = () => undefined;
  const started = performance.now();
  const current = ++workload;
  swarm.onBroadcast = (_, payload) => {
    if (payload[WORKLOAD_AT] !== (current & 0xff)) return;
    const place = readNumber(payload) % missing.length;
    const left = (missing[place] ?? 0) - 1;
    if (left < 0) {
      duplicated++;
      return;
    }
    missing[place] = left;
    deliveries++;
    if (left > 0) return;
    inFlight--;
    wake();
  };
  const stop = started + durationMs;
  while (performance.now() < stop && sent < maxBroadcasts) {
    const payload = new Uint8Array(payloadBytes);
    const place = sent % missing.length;
    if (inFlight >= WINDOW || missing[place] !== 0) {
      const progress = await wait(resolve => {
        wake = resolve;
      });
      if (!progress) break;
      continue;
    }
    writeNumber(payload, sent++);
    missing[place] = receivers;
    inFlight++;
    await swarm.broadcast(0, payload);
  }
  while (inFlight > 0 && (await wait(resolve => (wake = resolve))));
  const last = performance.now();
  swarm.onBroadcast = () => undefined;
  const lost = sent * receivers - deliveries;
  return { broadcasts: sent, deliveries, elapsedMs: last - started, lost, duplicated };
}

/** True when woken, false when nothing came for too long. */
async function wait(arm: (wake: () => void) => void): Promise<boolean> {
  let timer: Timer | undefined;
  const woken = await new Promise<boolean>(resolve => {
    arm(() => resolve(true));
    timer = startTimer(() => resolve(false), LOST_AFTER_MS);
  });
  stopTimer(timer);
  return woken;
}

/** Broadcasts one at a time: the time until the last peer has it, for each, in milliseconds. */
export async function measureLatency(swarm: Swarm, payloadBytes: number, count: number): Promise<number[]> {
  const times: number[] = [];
  const current = ++workload & 0xff;
  const stop = performance.now() + MAX_SERIAL_MS;
  for (let i = 0; i < count && performance.now() < stop; i++) {
    const payload = new Uint8Array(payloadBytes);
    writeNumber(payload, i);
    const started = performance.now();
    let left = swarm.peerCount - 1;
    const isComplete = await wait(resolve => {
      swarm.onBroadcast = (_, arrived) => {
        if (arrived[WORKLOAD_AT] === current && readNumber(arrived) === i && --left === 0) resolve();
      };
      void swarm.broadcast(i % swarm.peerCount, payload);
    });
    if (isComplete) times.push(performance.now() - started);
    else if (i + 1 - times.length >= MAX_LOST) break;
  }
  return times;
}

/** Direct messages between random peers, one at a time: how many arrive in a second. */
export async function measureDms(swarm: Swarm, count: number): Promise<number> {
  let arrived = 0;
  const started = performance.now();
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let i = 0; i < count && performance.now() < started + MAX_SERIAL_MS; i++) {
    const from = next(swarm.peerCount);
    const to = (from + 1 + next(swarm.peerCount - 1)) % swarm.peerCount;
    const payload = new Uint8Array(64);
    writeNumber(payload, i);
    const came = await wait(resolve => {
      swarm.onDm = (_, got) => {
        if (readNumber(got) === i) resolve();
      };
      void swarm.dm(from, to, payload);
    });
    if (came) arrived++;
    else if (i + 1 - arrived >= MAX_LOST) break;
  }
  return arrived / ((performance.now() - started) / 1000);
}

function writeNumber(payload: Uint8Array, value: number): void {
  payload[0] = value >>> 24;
  payload[1] = value >>> 16;
  payload[2] = value >>> 8;
  payload[3] = value;
  payload[WORKLOAD_AT] = workload;
}

/** The number that a payload starts with. */
export function readNumber(payload: Uint8Array): number {
  return (((payload[0] ?? 0) << 24) | ((payload[1] ?? 0) << 16) | ((payload[2] ?? 0) << 8) | (payload[3] ?? 0)) >>> 0;
}
