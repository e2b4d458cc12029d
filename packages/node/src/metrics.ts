/** A node's counters as Prometheus text. prom-client is loaded when it is first asked for. */
import type { Counters } from './counters.ts';

/** The text format's media type: what an HTTP server answers with. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Counters in Prometheus' text format, version 0.0.4. */
export async function prometheusText(counters: Counters): Promise<string> {
  const { Counter, Gauge, Registry } = (await import('prom-client')).default;
  const registry = new Registry();
  const registers = [registry];
  const count = (name: string, help: string, value: number): void =>
    new Counter({ name: `peerlab_${name}_total`, help, registers }).inc(value);
  const gauge = (name: string, help: string, value: number): void =>
    new Gauge({ name: `peerlab_${name}`, help, registers }).set(value);

  const { totals, traffic } = counters;
  count('messages_originated', 'Messages that this peer sent as their origin.', totals.originated);
  count('messages_delivered', 'Messages handed to the application.', totals.delivered);
  count('copies_relayed', 'Copies of messages that this peer relayed.', totals.relayed);
  count('copies_duplicate', 'Copies that changed nothing.', totals.duplicate);
  const rejected = new Counter({
    name: 'peerlab_copies_rejected_total',
    help: "Copies dropped because they were not their origin's, or old, by reason.",
    labelNames: ['reason'],
    registers,
  });
  rejected.inc({ reason: 'invalid' }, counters.rejected.invalid);
  rejected.inc({ reason: 'old' }, counters.rejected.old);
  count('messages_expired', 'Messages not relayed because their TTL expired.', totals.expired);
  const dropped = new Counter({
    name: 'peerlab_dropped_total',
    help: 'Frames or messages dropped, by reason.',
    labelNames: ['reason'],
    registers,
  });
  dropped.inc({ reason: 'queue-full' }, totals.dropped);
  dropped.inc({ reason: 'slow-consumer' }, counters.iterationDropped);

  const directed = ['direction'] as const;
  const frames = new Counter({
    name: 'peerlab_frames_total',
    help: 'Data frames over all links.',
    labelNames: directed,
    registers,
  });
  frames.inc({ direction: 'in' }, traffic.framesIn);
  frames.inc({ direction: 'out' }, traffic.framesOut);
  const bytes = new Counter({
    name: 'peerlab_bytes_total',
    help: 'Bytes over all links.',
    labelNames: directed,
    registers,
  });
  bytes.inc({ direction: 'in' }, traffic.bytesIn);
  bytes.inc({ direction: 'out' }, traffic.bytesOut);

  gauge('links', 'Links in any state, including the handshake.', counters.openLinks);
  gauge('queue_bytes', 'Bytes queued for writing.', counters.queueBytes);
  gauge('outbox_bytes', 'Payload bytes of own messages queued until a link is up.', counters.outboxBytes);
  gauge('seen_cache_entries', 'Message ids in the seen-cache.', counters.seenCache.size);
  gauge('seen_cache_bytes', 'Bytes of memory that the seen-cache uses.', counters.seenCache.sizeBytes);

  const perLink = ['peer', 'direction'] as const;
  const linkFrames = new Counter({
    name: 'peerlab_link_frames_total',
    help: 'Data frames of one link.',
    labelNames: perLink,
    registers,
  });
  const linkBytes = new Counter({
    name: 'peerlab_link_bytes_total',
    help: 'Bytes of one link.',
    labelNames: perLink,
    registers,
  });
  const linkQueue = new Gauge({
    name: 'peerlab_link_queue_bytes',
    help: 'Bytes queued for writing to one link.',
    labelNames: ['peer'],
    registers,
  });
  for (const { peer, framesIn, framesOut, bytesIn, bytesOut, queueBytes } of counters.links) {
    linkFrames.inc({ peer, direction: 'in' }, framesIn);
    linkFrames.inc({ peer, direction: 'out' }, framesOut);
    linkBytes.inc({ peer, direction: 'in' }, bytesIn);
    linkBytes.inc({ peer, direction: 'out' }, bytesOut);
    linkQueue.set({ peer }, queueBytes);
  }
  return registry.metrics();
}
