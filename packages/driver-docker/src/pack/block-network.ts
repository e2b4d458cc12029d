/**
 * The addresses of a block, in the network namespace of its container: all of them are local there (AnyIP, ip-route(8), type local), and
 * one route leads to each other block. No address of a peer is in an ARP or a bridge table. A helper does it (../helper.ts): the
 * peers have no right over their network.
 */
import { LabError } from '@peerlab/driver';
import type { Engine } from '../engine.ts';
import { type HelperProgram, helperImage, installAdvice, missingProgram } from '../helper-image.ts';
import { runInNetwork } from '../network-helper.ts';
import { formatSubnet, type Subnet } from '../subnet.ts';
import { blockRange, containerAddress, type PackLayout } from './pack-layout.ts';

const TASK = 'peers cannot share a container';
const PROGRAMS: readonly HelperProgram[] = ['sh', 'ip'];

/** @throws {LabError} `CANNOT_CARRY` where this machine lacks what the helper runs */
export function requireBlockPrograms(): void {
  const missing = missingProgram(PROGRAMS);
  if (missing === undefined) return;
  throw new LabError('CANNOT_CARRY', `${TASK}: this machine has no ${missing}`, { advice: installAdvice(missing) });
}

/** The image of the helper. @throws {LabError} `NOT_SUPPORTED` with the reason; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function blockNetworkImage(engine: Engine): Promise<string> {
  return await helperImage(engine, PROGRAMS, TASK);
}

/** Sets the addresses and routes of a block's container, and looks whether they hold. @throws {LabError} `ENGINE_REFUSED` */
export async function setUpBlockNetwork(
  engine: Engine,
  { image, id, layout, subnet, block }: BlockNetwork,
): Promise<void> {
  const words = ['-c', blockScript(layout, subnet, block)];
  const { output, exitCode } = await runInNetwork(engine, { image, program: 'sh', words, beside: id });
  const own = formatSubnet(blockRange(layout, subnet, block));
  if (exitCode === 0 && output.split('\n').some(line => line.startsWith(`local ${own} `))) return;
  const said = output.split('\n').find(line => line !== '') ?? 'nothing';
  throw new LabError('ENGINE_REFUSED', `the addresses ${own} could not be set in a container: ip said ${said}`, {
    details: { block, output },
  });
}

/** What {@link setUpBlockNetwork} is told. */
export interface BlockNetwork {
  readonly image: string;
  /** Of the container. */
  readonly id: string;
  readonly layout: PackLayout;
  readonly subnet: Subnet;
  readonly block: number;
}

/** For a shell without any other program than `ip`. */
export function blockScript(layout: PackLayout, subnet: Subnet, block: number): string {
  const range = (number: number): string => formatSubnet(blockRange(layout, subnet, number));
  const others = layout.blocks.filter(({ number }) => number !== block);
  return [
    `ip -batch - <<'END' || exit 1`,
    `route replace local ${range(block)} dev lo`,
    ...others.map(({ number }) => `route replace ${range(number)} via ${containerAddress(subnet, number)}`),
    'END',
    `ip route show table local ${range(block)}`,
  ].join('\n');
}
