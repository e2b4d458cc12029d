/**
 * Logarithm, exponential and square root from the four basic operations alone. ECMAScript lets Math.log and Math.exp
 * differ between engines in their last digits, and one different digit changes the whole trace; the basic operations
 * are exact to IEEE 754 everywhere, so these give the same bits on every machine.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const bits = new DataView(new ArrayBuffer(8));

/** The natural logarithm of a normal positive number, within two units in the last place. */
export function ln(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = ((high >>> 20) & 0x7ff) - 1023;
  bits.setUint32(0, (high & 0xfffff) | (1023 << 20));
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172, so that 13 terms suffice.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let odd = 25; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * sum);
}

/** e to the power of x, for x from -700 to 700, within two units in the last place. */
export function exp(x: number): number {
  const power = Math.floor(x / Math.LN2 + 0.5);
  const rest = x - power * LN2_HIGH - power * LN2_LOW;
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * rest) / n;
  bits.setUint32(0, (power + 1023) << 20);
  bits.setUint32(4, 0);
  return sum * bits.getFloat64(0);
}

/** The square root of a number from 0 to 1000, by Newton's method. */
export function squareRoot(x: number): number {
  if (x === 0) return 0;
  let root = Math.max(x, 1);
  for (;;) {
    const next = (root + x / root) / 2;
    // From above, Newton's method falls until rounding stops it.
    if (next >= root) return root;
    root = next;
  }
}
