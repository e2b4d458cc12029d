/** Joins a peer exchange to the peer that it finds neighbours for. */
import { performance } from 'node:perf_hooks';
import { type Alarm, type Dialler, formatId, type Link, type Peer, parseId } from '@peerlab/protocol';
import { encodeEnvelope } from '../envelope.ts';
import { type Address, parseAddress } from './address.ts';
import type { ExchangeNeighbor } from './exchange-host.ts';
import { encodeNews } from './news.ts';
import { type LinkRange, PeerExchange } from './peer-exchange.ts';

/** What {@link createExchange} joins. */
export interface ExchangeParts {
  readonly peer: Peer;
  readonly dialler: Dialler;
  readonly alarm: Alarm;
  readonly given: readonly Address[];
  readonly range: LinkRange | undefined;
  /** See ExchangeHost.isolated. */
  readonly isolated: (failure: string) => void;
}

/** See the module's header. */
export function createExchange({ peer, dialler, alarm, given, range, isolated }: ExchangeParts): PeerExchange {
  const linkTo = (id: string): Link | undefined => {
    const nodeId = parseId(id);
    return nodeId === undefined ? undefined : peer.neighbour(nodeId);
  };
  const exchange: PeerExchange = new PeerExchange(
    {
      nowMs: () => performance.now(),
      random: Math.random,
      neighbors: () => peer.neighbours.flatMap(link => neighborOf(link, dialler) ?? []),
      neighbor: id => {
        const link = linkTo(id);
        return link === undefined ? undefined : neighborOf(link, dialler);
      },
      dial: ({ host, port }, done) => {
        dialler.once(host, port, outcome => {
          if (!('link' in outcome)) done(outcome);
          else if (outcome.link.peer === undefined) done({ failure: 'the link has ended' });
          else done({ id: formatId(outcome.link.peer) });
        });
      },
      tell: news => {
        const { payload, content } = encodeEnvelope({ kind: 'news' }, encodeNews(news));
        peer.broadcast(payload, { ttl: 1, content }, performance.now());
      },
      shed: id => {
        const link = linkTo(id);
        if (link !== undefined) peer.hangup(link, performance.now(), 'too-many-links');
      },
      wake: atMs => {
        if (Number.isFinite(atMs)) alarm.set('exchange', atMs, () => exchange.handleTimeout());
      },
      isolated,
    },
    given,
    range,
  );
  return exchange;
}

function neighborOf(link: Link, dialler: Dialler): ExchangeNeighbor | undefined {
  const address = parseAddress(link.address);
  if (link.peer === undefined || address === undefined) return undefined;
  const isDialled = link.direction === 'out';
  const listenPort = link.hello?.listenPort ?? 0;
  return { id: formatId(link.peer), ...address, isDialled, listenPort, isKept: dialler.wants(link.peer) };
}
