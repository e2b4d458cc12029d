/** A broadcast with TTL T reaches exactly the peers within T hops: no fewer, no further. */
import { eccentricity } from '@peerlab/graph';
import { sendAndJudge } from '../messages/send-and-judge.ts';
import {
  type CheckContext,
  type CheckFinding,
  checkFinding,
  openAtRest,
  openWithout,
  peersWithout,
  plural,
  runningPeers,
  sample,
  unknownParts,
} from './check.ts';

/** Origins that the check takes. */
const ORIGINS = 5;
/** TTLs beyond the furthest peer: they must reach everybody, and nobody twice. */
const BEYOND = 2;
/** TTLs of an origin: in a network that reaches further they are spread evenly, the first and the last included. */
const MAX_TTLS = 64;
/** Deliveries that the check asks for at most: larger labs have fewer origins. */
const MAX_DELIVERIES = 20_000;

/** See the module's header. */
export async function checkTtl(context: CheckContext): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const { graph, topology } = context;
  if (topology.ownLinks === true) {
    const facts = { expected: 'horizons are exact', observed: 'no broadcast with a TTL was sent', evidence: [] };
    const why = 'the peers choose their own links: how far apart they are is not known';
    return checkFinding('ttl', { ...facts, explanations: [] }, [why], performance.now() - startedAtMs);
  }
  const peers = runningPeers(context).filter(peer => context.endpoints[peer]?.client.can('ttl'));
  const furthest = Math.max(1, ...peers.slice(0, ORIGINS).map(peer => eccentricity(graph, peer)));
  const perOrigin = Math.max(1, furthest * peers.length);
  const origins = sample(peers, Math.max(1, Math.min(ORIGINS, Math.floor(MAX_DELIVERIES / perOrigin))), context.random);
  const plans = origins.flatMap(from =>
    spread(eccentricity(graph, from) + BEYOND, MAX_TTLS).map(ttl => ({ from, ttl })),
  );
  const judged = await sendAndJudge(context, plans);
  const messages = [...judged.messages];
  const exact = messages.filter(({ violations }) => violations.length === 0).length;
  const passed = messages.every(({ violations }) => violations.length === 0);
  const explanations = passed ? [] : await judged.explain();
  judged.forget();
  const ttls = new Set(plans.map(({ from }) => plans.filter(plan => plan.from === from).length));
  const shape =
    ttls.size === 1 ? `${plural(origins.length, 'origin')} x ${[...ttls][0]} TTLs` : plural(origins.length, 'origin');
  const isNone = plans.length === 0;
  const isFar = messages.some(({ expected }) => expected.length > 0);
  return checkFinding(
    'ttl',
    {
      expected: isNone ? 'horizons are exact' : `${plans.length} horizons, exact`,
      observed: isNone ? 'no broadcast with a TTL was sent' : `${shape}: ${exact} of ${plans.length} horizons exact`,
      evidence: [
        ...(passed ? [] : unknownParts(context)),
        ...(furthest + BEYOND > MAX_TTLS
          ? [`at most ${MAX_TTLS} of the TTLs from 1 to ${furthest + BEYOND} were tried of an origin`]
          : []),
      ],
      explanations,
    },
    [
      ...(isNone ? ['no peer accepts a TTL'] : isFar ? [] : ['no peer can reach another one']),
      ...openAtRest(judged.rest),
      ...judged.open,
      ...judged.returned,
      ...openWithout('ttl', peersWithout(context, 'ttl'), 'how far its broadcasts go is not known'),
    ],
    performance.now() - startedAtMs,
  );
}

/** Whole numbers from 1 to `last`: all, or `most` of them at even distances. */
function spread(last: number, most: number): number[] {
  if (last <= most) return Array.from({ length: last }, (_, i) => i + 1);
  return Array.from({ length: most }, (_, i) => 1 + Math.round((i * (last - 1)) / (most - 1)));
}
