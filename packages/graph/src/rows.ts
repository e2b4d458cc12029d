/** Compressed sparse rows: the neighbours of every peer, one after the other in one array. */
import type { EdgeList } from './edge-list.ts';

/** See the module's header. */
export interface Rows {
  /** `offsets[v]` to `offsets[v + 1] - 1` are the lanes that leave v. `offsets.length` is the number of peers plus 1. */
  readonly offsets: Uint32Array;
  /** `targets[lane]`: where a lane leads; ascending within each peer, none twice. */
  readonly targets: Uint32Array;
}

/**
 * Builds rows, of lanes in both directions of each edge, or in one.
 * @throws RangeError for a loop, or an end that is no peer
 */
export function rowsOf(peerCount: number, { a, b, count }: EdgeList, lanes: 'both' | 'forward' | 'backward'): Rows {
  const isForward = lanes !== 'backward';
  const isBackward = lanes !== 'forward';
  const starts = new Uint32Array(peerCount + 1);
  for (let i = 0; i < count; i++) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    if (from === to || from >= peerCount || to >= peerCount) {
      throw new RangeError(`no edge of ${peerCount} peers: ${from}-${to}`);
    }
    if (isForward) starts[from + 1] = (starts[from + 1] ?? 0) + 1;
    if (isBackward) starts[to + 1] = (starts[to + 1] ?? 0) + 1;
  }
  for (let v = 0; v < peerCount; v++) starts[v + 1] = (starts[v + 1] ?? 0) + (starts[v] ?? 0);
  const targets = new Uint32Array(starts[peerCount] ?? 0);
  const next = starts.slice(0, peerCount);
  const put = (from: number, to: number): void => {
    const at = next[from] ?? 0;
    targets[at] = to;
    next[from] = at + 1;
  };
  for (let i = 0; i < count; i++) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    if (isForward) put(from, to);
    if (isBackward) put(to, from);
  }
  return compact(peerCount, starts, targets);
}

/** Sorts each row, and takes doubles out. */
function compact(peerCount: number, starts: Uint32Array, targets: Uint32Array): Rows {
  const offsets = new Uint32Array(peerCount + 1);
  let out = 0;
  for (let v = 0; v < peerCount; v++) {
    const start = starts[v] ?? 0;
    const end = starts[v + 1] ?? 0;
    sortRow(targets, start, end);
    let previous = -1;
    for (let i = start; i < end; i++) {
      const to = targets[i] ?? 0;
      if (to === previous) continue;
      targets[out++] = to;
      previous = to;
    }
    offsets[v + 1] = out;
  }
  return { offsets, targets: out === targets.length ? targets : targets.slice(0, out) };
}

function sortRow(targets: Uint32Array, start: number, end: number): void {
  // Rows are short as a rule: insertion beats a sort that must be called.
  if (end - start > 48) {
    targets.subarray(start, end).sort();
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const value = targets[i] ?? 0;
    let at = i;
    for (; at > start && (targets[at - 1] ?? 0) > value; at--) targets[at] = targets[at - 1] ?? 0;
    targets[at] = value;
  }
}
