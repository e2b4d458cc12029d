/** A direct message arrives if and only if its TTL is at least the distance; at its recipient alone, and once. */
import { distancesFrom } from '@peerlab/graph';
import { distinct, sendAndJudge } from '../messages/send-and-judge.ts';
import {
  type CheckContext,
  type CheckFinding,
  checkFinding,
  MAX_EXPLANATIONS,
  notesAtRest,
  openAtRest,
  openWithout,
  peersWithout,
  plural,
  runningPeers,
  unknownParts,
} from './check.ts';

/** Pairs that the check takes; fewer where a direct message, which is flooded, costs so much that all exceed these frames. */
const PAIRS = 50;
const MAX_FRAMES = 400_000;
/** Pairs at the least, whatever the size. */
const MIN_PAIRS = 3;

/**
 * See the module's header. Each pair gets two messages: TTL = distance, and TTL = distance - 1. Where no peer takes a TTL, or
 * distances are not known, one without a limit.
 */
export async function checkDm(context: CheckContext): Promise<CheckFinding> {
  const senders = runningPeers(context).filter(peer => context.endpoints[peer]?.client.can('dm'));
  const isLimited = context.topology.ownLinks !== true && senders.some(peer => canLimit(context, peer));
  if (senders.length > 0 && !isLimited) return await checkUnlimited(context, senders);
  const startedAtMs = performance.now();
  const able = senders.filter(peer => canLimit(context, peer));
  const most = pairsFor(context, 2);
  const pairs = choosePairs(context, able, most);
  const judged = await sendAndJudge(
    context,
    pairs.flatMap(({ from, to, distance }) => [
      { from, to, ttl: distance },
      { from, to, ttl: distance - 1 },
    ]),
  );
  const messages = [...judged.messages];
  const arrived = (offset: 0 | 1): number =>
    messages.filter(({ message, received }, i) => i % 2 === offset && received.includes(message.to ?? -1)).length;
  const [atDistance, below] = [arrived(0), arrived(1)];
  const broken = messages.reduce((sum, { violations }) => sum + violations.length, 0);
  const passed = broken === 0;
  const explanations = passed ? [] : await judged.explain();
  judged.forget();
  const withoutDm = peersWithout(context, 'dm');
  const withoutTtl = peersWithout(context, 'ttl').filter(name => !withoutDm.includes(name));
  const seen = `${atDistance} arrive with TTL = distance, ${below} with TTL = distance - 1`;
  const isNone = pairs.length === 0;
  return checkFinding(
    'dm',
    {
      expected: isNone
        ? 'direct messages arrive with TTL = distance, and not with less'
        : `${pairs.length} arrive with TTL = distance, 0 with TTL = distance - 1, only at their recipients`,
      observed: isNone
        ? 'no direct message was sent'
        : `${plural(pairs.length, 'pair')}: ${seen}${passed ? '' : `; ${plural(broken, 'promise')} broken`}`,
      evidence: [...fewerPairs(context, most), ...(passed ? [] : unknownParts(context))],
      explanations,
    },
    [
      ...(isNone ? ['there is no pair of peers with a path between them that can send direct messages'] : []),
      ...openAtRest(judged.rest),
      ...judged.open,
      ...judged.returned,
      ...openWithout('dm', withoutDm, 'whether direct messages arrive is not known'),
      ...openWithout('ttl', withoutTtl, 'whether direct messages arrive, and how far they go, is not known'),
    ],
    performance.now() - startedAtMs,
  );
}

function canLimit({ endpoints }: CheckContext, peer: number): boolean {
  return endpoints[peer]?.client.can('ttl') === true;
}

/** Direct messages without a TTL arrive at their recipient, once, and nowhere else. */
async function checkUnlimited(context: CheckContext, senders: readonly number[]): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  const most = pairsFor(context, 1);
  const pairs = choosePairs(context, senders, most);
  const judged = await sendAndJudge(
    context,
    pairs.map(({ from, to }) => ({ from, to })),
  );
  const messages = [...judged.messages];
  const arrived = messages.filter(({ message, received }) => received.includes(message.to ?? -1)).length;
  const broken = messages.reduce((sum, { violations }) => sum + violations.length, 0);
  const { refused } = judged;
  const passed = broken === 0 && refused.length === 0;
  const explanations = passed ? [] : [...distinct(refused), ...(await judged.explain())].slice(0, MAX_EXPLANATIONS);
  judged.forget();
  const promises = passed ? '' : `; ${plural(broken, 'promise')} broken, ${plural(refused.length, 'message')} refused`;
  return checkFinding(
    'dm',
    {
      expected: `${pairs.length} arrive, only at their recipients`,
      observed: `${plural(pairs.length, 'pair')}: ${arrived} arrive${promises}`,
      evidence: [...fewerPairs(context, most), ...notesAtRest(judged.rest), ...(passed ? [] : unknownParts(context))],
      explanations,
    },
    [
      ...(pairs.length === 0
        ? ['there is no pair of peers with a path between them that can send direct messages']
        : []),
      ...openAtRest(judged.rest),
      ...judged.open,
      ...judged.returned,
      ...openWithout('dm', peersWithout(context, 'dm'), 'whether direct messages arrive is not known'),
    ],
    performance.now() - startedAtMs,
  );
}

/** Pairs that the check takes here. @param each messages for a pair */
function pairsFor({ graph, topology }: CheckContext, each: number): number {
  if (topology.ownLinks === true) return PAIRS;
  return Math.max(MIN_PAIRS, Math.min(PAIRS, Math.floor(MAX_FRAMES / (each * floodFrames(graph)))));
}

/** What a direct message costs at the most, in frames. */
function floodFrames({ linkCount, peerCount }: CheckContext['graph']): number {
  return Math.max(1, 2 * linkCount - peerCount + 1);
}

/** Says that fewer pairs were taken, as evidence. */
function fewerPairs({ graph }: CheckContext, most: number): string[] {
  if (most === PAIRS) return [];
  return [
    `${plural(most, 'pair')}, chosen by the seed: a direct message costs up to ${floodFrames(graph)} frames here`,
  ];
}

/** Random pairs with a path between them, no pair twice; all pairs where there are few. */
function choosePairs(
  context: CheckContext,
  peers: readonly number[],
  most: number,
): { from: number; to: number; distance: number }[] {
  const distances = new Map<number, Int32Array>();
  const chosen = new Map<string, { from: number; to: number; distance: number }>();
  const all = peers.length * (peers.length - 1);
  const draw = (n: number): [number | undefined, number | undefined] => {
    if (all <= most) return [peers[Math.floor(n / peers.length)], peers[n % peers.length]];
    const any = (): number | undefined => peers[context.random.below(peers.length)];
    return [any(), any()];
  };
  // Pairs without a path are drawn in vain: bounded, for a graph in many pieces.
  for (let n = 0; n < Math.max(most * 20, peers.length ** 2 * Number(all <= most)) && chosen.size < most; n++) {
    const [from, to] = draw(n);
    if (from === undefined || to === undefined || from === to) continue;
    const away = distances.get(from) ?? distancesFrom(context.graph, from);
    if (all <= most) distances.set(from, away);
    const distance = away[to] ?? -1;
    if (distance >= 1) chosen.set(`${from}-${to}`, { from, to, distance });
  }
  return [...chosen.values()];
}
