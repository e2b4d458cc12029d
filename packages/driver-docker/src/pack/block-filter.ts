/**
 * Isolates peers of a block: the kernel drops every packet from and to their addresses, in the network namespace of their container,
 * also between peers of the container. Senders get no error, as on a network that is silent. A filter of classic BPF at `clsact`
 * (tc-bpf(8)), as of ../traffic-control.ts; a helper sets it.
 */
import { LabError } from '@peerlab/driver';
import type { Engine } from '../engine.ts';
import { type HelperProgram, helperImage } from '../helper-image.ts';
import { runInNetwork } from '../network-helper.ts';

/** What the helper runs. */
export const FILTER_PROGRAMS: readonly HelperProgram[] = ['sh', 'ip', 'tc'];

/** The most peers of a block that can be isolated at once: a filter has at most 4,096 instructions (BPF_MAXINSNS). */
export const MOST_ISOLATED = 1000;

/** Classic BPF (linux/bpf_common.h): load half a word, load a word, jump if equal, return. */
const LOAD_HALF = 40;
const LOAD_WORD = 32;
const JUMP_EQUAL = 21;
const RETURN = 6;

/** Offsets in a frame of Ethernet: its type, and source and destination of IPv4. */
const TYPE_AT = 12;
const SOURCE_AT = 26;
const DESTINATION_AT = 30;
const IPV4 = 0x0800;

/** TC_ACT_SHOT, and TC_ACT_UNSPEC: go on. */
const DROP = 2;
const PASS = 0xffffffff;

/**
 * Sets which addresses of a container are cut off, in place of those before.
 * @param gateway an address on the lab's network, to find the device that leads there
 * @throws {LabError} `NOT_SUPPORTED` with the reason; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function isolateAddresses(
  engine: Engine,
  container: { readonly id: string; readonly what: string; readonly gateway: string },
  addresses: readonly number[],
): Promise<void> {
  if (addresses.length > MOST_ISOLATED) {
    throw new LabError('NOT_SUPPORTED', `at most ${MOST_ISOLATED} peers of one container can be isolated at once`);
  }
  const image = await helperImage(engine, FILTER_PROGRAMS, 'the kernel cannot isolate a packed peer');
  const words = ['-c', filterScript(addresses, container.gateway)];
  const { output, exitCode } = await runInNetwork(engine, { image, program: 'sh', words, beside: container.id });
  const filters = [...output.matchAll(/bytecode/g)].length;
  if (exitCode === 0 && filters === (addresses.length === 0 ? 0 : HOOKS)) return;
  const said = output.split('\n').find(line => line !== '') ?? 'nothing';
  const isUnknown = /kind is unknown|qdisc not found|not supported|Unknown filter/i.test(output);
  if (isUnknown) {
    throw new LabError('NOT_SUPPORTED', `the kernel under the engine cannot isolate a packed peer: tc said ${said}`, {
      advice: 'modprobe sch_ingress cls_bpf on its machine, or bring the lab up unpacked',
      details: { output },
    });
  }
  throw new LabError('ENGINE_REFUSED', `the network of ${container.what} was not changed: tc said ${said}`, {
    details: { output },
  });
}

/** Where packets are looked at: what leaves the container, what comes in, and what stays inside. */
const HOOKS = 3;

/** For a shell without any other programs than `ip` and `tc`. */
export function filterScript(addresses: readonly number[], gateway: string): string {
  const device = [`r=$(ip -4 route get ${gateway}) || exit 1`, 'r=$' + '{r#* dev }; d=$' + '{r%% *}'];
  if (addresses.length === 0) {
    // Where there is none, there is nothing to remove.
    return [
      ...device,
      'tc qdisc del dev $d clsact 2>/dev/null',
      'tc qdisc del dev lo clsact 2>/dev/null',
      'exit 0',
    ].join('\n');
  }
  const filter = `pref 1 handle 1 bpf da bytecode "${isolatingFilter(addresses)}"`;
  return [
    ...device,
    'tc qdisc replace dev $d clsact && tc qdisc replace dev lo clsact || exit 1',
    `for h in "$d egress" "$d ingress" "lo egress"; do`,
    `tc filter replace dev $h ${filter} && tc filter show dev $h || exit 1`,
    'done',
  ].join('\n');
}

/** Drops IPv4 from or to any of the addresses, each a 32-bit number; as tc takes it. */
export function isolatingFilter(addresses: readonly number[]): string {
  const isAny = (offset: number): string[] => [
    `${LOAD_WORD} 0 0 ${offset}`,
    ...addresses.flatMap(address => [`${JUMP_EQUAL} 0 1 ${address}`, `${RETURN} 0 0 ${DROP}`]),
  ];
  const instructions = [
    `${LOAD_HALF} 0 0 ${TYPE_AT}`,
    `${JUMP_EQUAL} 1 0 ${IPV4}`,
    `${RETURN} 0 0 ${PASS}`,
    ...isAny(SOURCE_AT),
    ...isAny(DESTINATION_AT),
    `${RETURN} 0 0 ${PASS}`,
  ];
  return [instructions.length, ...instructions].join(',');
}
