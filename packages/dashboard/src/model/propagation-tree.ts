/** The way that a message took: each peer below the neighbour that its first copy came from. Geometry only. */
import type { Message } from './message.ts';

/** A peer in the tree. */
export interface TreeNode {
  readonly peer: number;
  /** 0 for the origin. */
  readonly hops: number;
  /** Across the tree, in rows: leaves stand one apart. */
  readonly row: number;
}

/** The tree, and the copies beside it that came to nothing. */
export interface PropagationTree {
  readonly nodes: readonly TreeNode[];
  /** First copies, by peers. */
  readonly branches: readonly (readonly [from: number, to: number])[];
  readonly duplicates: readonly (readonly [from: number, to: number])[];
  /** Who should have had it and has not. */
  readonly missed: readonly number[];
  readonly rows: number;
  readonly depth: number;
}

/** Builds the tree of a message, as far as it is known. */
export function propagationTree(message: Message): PropagationTree {
  const children = new Map<number, number[]>();
  const branches: [number, number][] = [];
  for (const { peer, from } of [...message.receptions.values()].sort((a, b) => a.peer - b.peer)) {
    if (peer === message.origin) continue;
    // Of a direct message only its recipient tells; who relayed it is known from the frames.
    branches.push([from, peer]);
  }
  for (const [from, to] of relayedBranches(message)) branches.push([from, to]);
  for (const [from, to] of branches) children.set(from, [...(children.get(from) ?? []), to]);
  const nodes: TreeNode[] = [];
  const placed = new Set<number>();
  let rows = 0;
  let depth = 0;
  const place = (peer: number, hops: number): number => {
    placed.add(peer);
    depth = Math.max(depth, hops);
    const below = (children.get(peer) ?? []).filter(child => !placed.has(child));
    const own = below.map(child => (placed.has(child) ? rows : place(child, hops + 1)));
    const row = own.length === 0 ? rows++ : ((own[0] ?? 0) + (own.at(-1) ?? 0)) / 2;
    nodes.push({ peer, hops, row });
    return row;
  };
  place(message.origin, 0);
  // Whose neighbour is not known to have had it: the trace has a gap there.
  for (const [, to] of branches) if (!placed.has(to)) place(to, message.receptions.get(to)?.hops ?? 1);
  return {
    nodes,
    branches: branches.filter(([from, to]) => placed.has(from) && placed.has(to)),
    duplicates: message.frames.filter(({ fate }) => fate === 'duplicate').map(({ from, to }) => [from, to] as const),
    missed: message.expected.filter(peer => !message.receptions.has(peer)),
    rows: Math.max(1, rows),
    depth,
  };
}

/** First copies at peers that passed a direct message on without delivering it. */
function relayedBranches(message: Message): [number, number][] {
  if (message.kind === 'broadcast') return [];
  const had = new Set<number>([message.origin, ...message.receptions.keys()]);
  const found: [number, number][] = [];
  for (const { from, to, fate } of message.frames.toSorted((a, b) => a.depth - b.depth)) {
    if (fate === 'duplicate' || fate === 'dropped' || had.has(to)) continue;
    had.add(to);
    found.push([from, to]);
  }
  return found;
}
