/** Watching a lab: every event of every peer, as one stream. */
import type { PeerEvent } from '@peerlab/contract';
import type { PeerClient, RunningLab } from '@peerlab/driver';
import { aside } from './aside.ts';

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
  /** Characters of their payloads, at most. @default 32 Mi */
  readonly maxWaitingCharacters?: number | undefined;
}

/** Events that wait for who watches, at most. @default 100000: some 50 MB; a flood of a hundred peers, traced, fits */
const MAX_WAITING = 100_000;

/** Characters of the payloads that wait, at most. @default 32 Mi: as much as the events themselves, of the longest payloads 32 */
const MAX_WAITING_CHARACTERS = 32 * 1024 * 1024;

/** Calls a listener with every channel that is open and every one that is opened later; returns what stops it. */
export type OnOpened = (listener: (client: PeerClient) => void) => () => void;

/**
 * Every event from now on, until the signal fires or every peer has ended; peers that are started again are followed. A
 * caller that reads too slowly misses some; the event `overflow` reports how many of which peer.
 */
export async function* watchPeers(
  running: RunningLab,
  onOpened: OnOpened,
  { trace = false, signal, maxWaiting = MAX_WAITING, maxWaitingCharacters = MAX_WAITING_CHARACTERS }: WatchOptions,
): AsyncGenerator<LabEvent> {
  let waiting: LabEvent[] = [];
  let waitingCharacters = 0;
  const missed = new Map<string, number>();
  let open = 0;
  let wake = (): void => undefined;
  const watched = new Map<PeerClient, () => void>();
  const turnOn = async (client: PeerClient): Promise<void> => {
    if (!trace) return;
    // The opener of the channel asks for the peer's capabilities. One that hangs may go on later.
    await client.introduced();
    if (client.isReady && client.can('trace')) {
      await aside(running, () => client.ask({ command: 'trace', on: true }));
    }
  };
  const begun: Promise<void>[] = [];
  const stopOpening = onOpened(client => {
    open++;
    const stop = client.onEvent(event => {
      if (waiting.length < maxWaiting && waitingCharacters < maxWaitingCharacters) {
        waiting.push({ peer: client.name, event });
        waitingCharacters += payloadCharacters(event);
      } else missed.set(client.name, (missed.get(client.name) ?? 0) + 1);
      wake();
    });
    watched.set(client, stop);
    const turned = turnOn(client);
    if (client.isReady) begun.push(turned);
    // Of one that is opened later nobody waits for it.
    turned.catch(() => undefined);
    void client.ended.then(() => {
      watched.delete(client);
      stop();
      open--;
      wake();
    });
  });
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all(begun);
    while (!signal.aborted) {
      const batch = waiting;
      waiting = [];
      waitingCharacters = 0;
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
    stopOpening();
    for (const stop of watched.values()) stop();
    const traced = [...watched.keys()].filter(client => trace && client.can('trace'));
    await aside(running, () => Promise.allSettled(traced.map(client => client.ask({ command: 'trace', on: false }))));
  }
}

function payloadCharacters(event: PeerEvent): number {
  if (event.event !== 'received') return 0;
  return typeof event.payload === 'string' ? event.payload.length : event.payload.base64.length;
}
