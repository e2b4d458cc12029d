/** Watching a lab: every event of every peer, as one stream. */
import type { PeerEvent } from '@peerlab/contract';
import type { PeerClient } from './peer-client.ts';

/** An event of a peer, for watching. */
export interface LabEvent {
  readonly peer: string;
  readonly event: PeerEvent;
}

/** What is watched, and until when. */
export interface WatchOptions {
  /** Also `sent`, `duplicate`, `expired` and `dropped`, of peers that can tell. @default false */
  readonly trace?: boolean | undefined;
  readonly signal: AbortSignal;
  /** Events that wait for who watches, at most. @default 100000 */
  readonly maxWaiting?: number | undefined;
}

/** Events that wait for who watches, at most. @default 100000: some 50 MB; a flood of a hundred peers, traced, fits */
const MAX_WAITING = 100_000;

/**
 * Every event from now on, until the signal fires or every peer has ended. Who takes them too slowly misses some, and
 * is told how many of which peer, by the event `overflow`.
 */
export async function* watchPeers(
  clients: readonly PeerClient[],
  { trace = false, signal, maxWaiting = MAX_WAITING }: WatchOptions,
): AsyncGenerator<LabEvent> {
  let waiting: LabEvent[] = [];
  const missed = new Map<string, number>();
  let open = clients.length;
  let wake = (): void => undefined;
  const stops = clients.map(client =>
    client.onEvent(event => {
      if (waiting.length < maxWaiting) waiting.push({ peer: client.name, event });
      else missed.set(client.name, (missed.get(client.name) ?? 0) + 1);
      wake();
    }),
  );
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  for (const client of clients) {
    void client.ended.then(() => {
      open--;
      wake();
    });
  }
  const traced = trace ? clients.filter(client => client.end === undefined && client.can('trace')) : [];
  try {
    await Promise.all(traced.map(client => client.request({ command: 'trace', on: true })));
    while (!signal.aborted) {
      const batch = waiting;
      waiting = [];
      for (const [peer, lost] of missed) batch.push({ peer, event: { event: 'overflow', lost } });
      missed.clear();
      yield* batch;
      if (waiting.length > 0) continue;
      if (open === 0) return;
      await new Promise<void>(resolve => {
        wake = resolve;
        if (signal.aborted) resolve();
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const stop of stops) stop();
    const alive = traced.filter(({ end }) => end === undefined);
    await Promise.allSettled(alive.map(client => client.request({ command: 'trace', on: false })));
  }
}
