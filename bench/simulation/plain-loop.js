/**
 * What a flood costs without any protocol: a bit for each peer, whole milliseconds, one list for each of 128 of them,
 * delays from a shift register. No TTL, decision, trace, hop, jitter, loss or bandwidth; nobody can stop it.
 */
export function plainLoop({ peerCount, offsets, targets }) {
  const seen = new Uint8Array(peerCount);
  const capacity = targets.length;
  const nextOf = new Int32Array(capacity);
  const toOf = new Uint32Array(capacity);
  const fromOf = new Uint32Array(capacity);
  const heads = new Int32Array(128).fill(-1);
  let random = 12_345;
  let used = 0;
  let frames = 0;
  let covered = 1;
  let underWay = 0;
  let now = 0;
  const send = (from, except) => {
    for (let lane = offsets[from]; lane < offsets[from + 1]; lane++) {
      const to = targets[lane];
      if (to === except) continue;
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const bucket = (now + 1 + ((random >>> 0) % 100)) & 127;
      toOf[used] = to;
      fromOf[used] = from;
      nextOf[used] = heads[bucket];
      heads[bucket] = used++;
      frames++;
      underWay++;
    }
  };
  seen[0] = 1;
  send(0, -1);
  for (; underWay > 0; now++) {
    let frame = heads[now & 127];
    heads[now & 127] = -1;
    for (; frame !== -1; frame = nextOf[frame]) {
      underWay--;
      const to = toOf[frame];
      if (seen[to] === 1) continue;
      seen[to] = 1;
      covered++;
      send(to, fromOf[frame]);
    }
  }
  return { frames, covered };
}
