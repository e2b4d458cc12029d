/**
 * Random numbers that belong to a thing, not to a moment: a pure function of the seed and of the thing's coordinates.
 * A frame's delay is drawn this way, so that it does not depend on the order in which events happen, and both modes of
 * the simulation draw the same.
 */

/** Mixes 32 bits so that each bit of the result depends on every bit (Wellons, "lowbias32", 2018). */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** The part of a frame's key that the frames of one sender have in common. */
export function senderKey(seed: number, from: number): number {
  return mix32(mix32(seed) ^ Math.imul(from + 1, 0x9e3779b1));
}

/**
 * The key of one frame: the same sender, receiver and number give the same.
 * @param count how many frames of its kind went from the sender to the receiver before it
 */
export function frameKey(sender: number, to: number, count: number): number {
  return mix32(mix32(sender ^ Math.imul(to + 1, 0x85ebca77)) ^ Math.imul(count, 0xc2b2ae3d));
}

/** The `index`-th random integer of a key, 0 to 2^32 - 1. */
export function drawOf(key: number, index: number): number {
  return mix32(key + Math.imul(index + 1, 0x9e3779b9));
}
