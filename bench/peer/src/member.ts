/** One peer in a process of its own; multi-process.ts tells it what to do. */
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { BenchPeer } from './contestants/contestant.ts';
import { CONTESTANTS } from './contestants/index.ts';
import { untilReady } from './single-process.ts';
import { ownUsage } from './swarm.ts';

/** What a member is told; each is answered. */
export type Order =
  | { readonly do: 'start'; readonly contestant: string }
  | { readonly do: 'connect'; readonly port: number }
  | { readonly do: 'ready'; readonly links: number }
  | { readonly do: 'flood'; readonly payloadBytes: number; readonly durationMs: number }
  | { readonly do: 'room'; readonly delivered: number }
  | { readonly do: 'usage' };

/** What a member says: an answer, or how many deliveries it has had. */
export type Report =
  | { readonly answer: { port?: number; sent?: number; cpuUs?: number; peakRssBytes?: number } }
  | { readonly delivered: number };

/** How many messages may be under way at once. */
const WINDOW = 256;
/** Deliveries are reported at every so many, and whenever none has come for a moment. */
const REPORT_EVERY = 64;
const REPORT_AFTER_MS = 2;

let peer: BenchPeer | undefined;
let delivered = 0;
let reported = 0;
let timer: Timer | undefined;
/** The fewest deliveries of any other peer: what the flow control of the flood goes by. */
let room = 0;
let wake: () => void = () => undefined;

function say(report: Report): void {
  process.send?.(report);
}

function tellDelivered(): void {
  stopTimer(timer);
  timer = undefined;
  reported = delivered;
  say({ delivered });
}

function onBroadcast(): void {
  delivered++;
  if (delivered - reported >= REPORT_EVERY) tellDelivered();
  else timer ??= startTimer(tellDelivered, REPORT_AFTER_MS);
}

async function flood(payloadBytes: number, durationMs: number): Promise<number> {
  const stop = performance.now() + durationMs;
  const base = room;
  let sent = 0;
  while (performance.now() < stop) {
    if (sent - (room - base) >= WINDOW) {
      await new Promise<void>(resolve => {
        wake = resolve;
        startTimer(resolve, durationMs);
      });
      continue;
    }
    sent++;
    await peer?.broadcast(new Uint8Array(payloadBytes));
  }
  return sent;
}

process.on('message', async (order: Order) => {
  if (order.do === 'room') {
    room = order.delivered;
    wake();
  } else if (order.do === 'start') {
    const create = await CONTESTANTS.get(order.contestant)?.load();
    peer = await create?.({ broadcast: onBroadcast, dm: () => undefined });
    say({ answer: { port: peer?.port ?? 0 } });
  } else if (order.do === 'connect') {
    await peer?.connect(order.port);
    say({ answer: {} });
  } else if (order.do === 'ready') {
    await untilReady(() => peer?.isReady(order.links) === true);
    say({ answer: {} });
  } else if (order.do === 'flood') say({ answer: { sent: await flood(order.payloadBytes, order.durationMs) } });
  else say({ answer: ownUsage() });
});
