/** The filter drops exactly what comes from or goes to the addresses: run here as the kernel would run it. */
import { describe, expect, it } from 'vitest';
import { filterScript, isolatingFilter } from './block-filter.ts';

const DROP = 2;
const PASS = 0xffffffff;

/** Classic BPF, as far as the filter uses it (Linux, networking/filter.rst). */
function run(bytecode: string, frame: DataView): number {
  const [count = '', ...instructions] = bytecode.split(',');
  expect(instructions).toHaveLength(Number(count));
  let a = 0;
  for (let at = 0; at < instructions.length; at++) {
    const [code, jt = 0, jf = 0, k = 0] = (instructions[at] ?? '').split(' ').map(Number);
    if (code === 40) a = frame.getUint16(k);
    else if (code === 32) a = frame.getUint32(k);
    else if (code === 21) at += a === k ? jt : jf;
    else if (code === 6) return k;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error('the filter has no end');
}

function frame(from: number, to: number, type = 0x0800): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint16(12, type);
  view.setUint32(26, from);
  view.setUint32(30, to);
  return view;
}

describe('isolatingFilter', () => {
  const [a, b, c, d] = [0x0a590008, 0x0a590009, 0x0a59000a, 0xfffffffe];

  it('drops from and to each address, and nothing else', () => {
    const filter = isolatingFilter([a, d]);
    const verdicts = [frame(a, b), frame(b, a), frame(d, c), frame(c, d), frame(a, d)].map(one => run(filter, one));
    expect(verdicts).toEqual([DROP, DROP, DROP, DROP, DROP]);
    expect([frame(b, c), frame(c, b), frame(0, 1)].map(one => run(filter, one))).toEqual([PASS, PASS, PASS]);
  });

  it('leaves other protocols alone: ARP has other fields there', () => {
    expect(run(isolatingFilter([a]), frame(a, a, 0x0806))).toBe(PASS);
  });

  it('fits the kernel with as many addresses as are allowed', () => {
    expect(Number(isolatingFilter(Array.from({ length: 1000 }, (_, i) => i)).split(',')[0])).toBeLessThanOrEqual(4096);
  });
});

describe('filterScript', () => {
  it('looks at what leaves, comes in and stays inside; without addresses it removes the filter', () => {
    expect(filterScript([1], '10.89.0.1')).toContain('"$d egress" "$d ingress" "lo egress"');
    expect(filterScript([], '10.89.0.1')).toContain('tc qdisc del dev lo clsact');
  });
});
