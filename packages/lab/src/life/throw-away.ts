/** Labs that are never opened again: each has a unique name and ends with its owner. */

import type { Driver } from '@peerlab/driver';
import { MAX_NAME_LENGTH, type Topology } from '@peerlab/topology';
import { v4 } from 'uuid';
import { type BringUpOptions, type BringUpResult, bringUp } from './bring-up.ts';

const SUFFIX_LENGTH = 7;

/** Names of labs in virtual time that are being brought up: until then no driver knows them. */
const CLAIMED = new Set<string>();

/**
 * Brings a throw-away lab up, with its links as drawn and without checks; any number of them may run at the same time.
 * In virtual time a lab's name follows from the labs that stand already, else from chance: peers' ids come from it,
 * and with them everything else there.
 * @throws {LabError} as `bringUp`: nothing is left then
 */
export async function bringUpThrowAway(
  topology: Topology,
  driver: Driver,
  options: Omit<BringUpOptions, 'ephemeral' | 'checks'> = {},
): Promise<BringUpResult> {
  const name = driver.isVirtual === true ? await claimName(topology.name, driver) : randomName(topology.name);
  try {
    return await bringUp({ ...topology, name }, driver, { ...options, ephemeral: true, checks: [] });
  } finally {
    CLAIMED.delete(name);
  }
}

/** A name that no other lab has, which begins with that of the file: `ring-20-1f3a9c`. */
function randomName(name: string): string {
  return withSuffix(name, v4().slice(0, SUFFIX_LENGTH - 1));
}

/** The name of the file; else the first of `ring-20-2`, `ring-20-3`, … that no lab has. */
async function claimName(name: string, driver: Driver): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : withSuffix(name, String(n));
    if (CLAIMED.has(candidate)) continue;
    CLAIMED.add(candidate);
    if ((await driver.find(candidate)) === undefined) return candidate;
    CLAIMED.delete(candidate);
  }
}

function withSuffix(name: string, suffix: string): string {
  return `${name.slice(0, MAX_NAME_LENGTH - SUFFIX_LENGTH).replace(/-+$/, '')}-${suffix}`;
}
