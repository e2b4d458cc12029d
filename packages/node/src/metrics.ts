/** A node's counters as Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4. */
import type { Counters } from './counters.ts';

/** The text format's media type: what an HTTP server answers with. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A value with its labels. Labels hold words and node ids: nothing that the format has to escape. */
interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Counters in Prometheus' text format. */
export function prometheusText(counters: Counters): string {
  const { totals, traffic, rejected, links } = counters;
  const perLink = (value: (link: Counters['links'][number]) => number, direction?: string): Sample[] =>
    links.map(link => ({
      value: value(link),
      labels: direction === undefined ? { peer: link.peer } : { peer: link.peer, direction },
    }));
  return [
    counter('messages_originated', 'Messages that this peer sent as their origin.', totals.originated),
    counter('messages_delivered', 'Messages handed to the application.', totals.delivered),
    counter('copies_relayed', 'Copies of messages that this peer relayed.', totals.relayed),
    counter('copies_duplicate', 'Copies that changed nothing.', totals.duplicate),
    family('counter', 'copies_rejected', "Copies dropped because they were not their origin's, or old, by reason.", [
      { value: rejected.invalid, labels: { reason: 'invalid' } },
      { value: rejected.old, labels: { reason: 'old' } },
    ]),
    counter('messages_expired', 'Messages not relayed because their TTL expired.', totals.expired),
    family('counter', 'dropped', 'Frames or messages dropped, by reason.', [
      { value: totals.dropped, labels: { reason: 'queue-full' } },
      { value: counters.iterationDropped, labels: { reason: 'slow-consumer' } },
    ]),
    family('counter', 'frames', 'Data frames over all links.', [
      { value: traffic.framesIn, labels: { direction: 'in' } },
      { value: traffic.framesOut, labels: { direction: 'out' } },
    ]),
    family('counter', 'bytes', 'Bytes over all links.', [
      { value: traffic.bytesIn, labels: { direction: 'in' } },
      { value: traffic.bytesOut, labels: { direction: 'out' } },
    ]),
    gauge('links', 'Links in any state, including the handshake.', counters.openLinks),
    gauge('queue_bytes', 'Bytes queued for writing.', counters.queueBytes),
    gauge('outbox_bytes', 'Payload bytes of own messages queued until a link is up.', counters.outboxBytes),
    gauge('seen_cache_entries', 'Message ids in the seen-cache.', counters.seenCache.size),
    gauge('seen_cache_bytes', 'Bytes of memory that the seen-cache uses.', counters.seenCache.sizeBytes),
    family('counter', 'link_frames', 'Data frames of one link.', [
      ...perLink(({ framesIn }) => framesIn, 'in'),
      ...perLink(({ framesOut }) => framesOut, 'out'),
    ]),
    family('counter', 'link_bytes', 'Bytes of one link.', [
      ...perLink(({ bytesIn }) => bytesIn, 'in'),
      ...perLink(({ bytesOut }) => bytesOut, 'out'),
    ]),
    family(
      'gauge',
      'link_queue_bytes',
      'Bytes queued for writing to one link.',
      perLink(({ queueBytes }) => queueBytes),
    ),
  ].join('\n');
}

function counter(name: string, help: string, value: number): string {
  return family('counter', name, help, [{ value }]);
}

function gauge(name: string, help: string, value: number): string {
  return family('gauge', name, help, [{ value }]);
}

/** A metric with its values. Counters end in `_total`, as OpenMetrics asks. */
function family(type: 'counter' | 'gauge', name: string, help: string, samples: readonly Sample[]): string {
  const full = `peerlab_${name}${type === 'counter' ? '_total' : ''}`;
  const lines = samples.map(
    ({ value, labels }) => `${full}${labels === undefined ? '' : labelText(labels)} ${value}\n`,
  );
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}
