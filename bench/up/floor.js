/**
 * The raw floor: the containers of a lab, created, started and removed through the engine's API alone.
 * @module
 */

import { randomUUID } from 'node:crypto';
import { pause } from '@peerlab/timers';
import { containerSpec } from '../../packages/driver-docker/dist/container-spec.js';
import { withDefaults } from '../../packages/driver-docker/dist/options.js';
import { ask, inParallel } from './engine.js';

/** A plan of so many peers. @param {number} count */
export function planOf(count) {
  const peers = Array.from({ length: count }, (_, index) => ({
    index,
    name: `n${index}`,
    nodeId: randomUUID(),
    env: {},
  }));
  return { name: `bench-${process.pid}`, hash: 'bench', topology: '{}', ephemeral: false, peers };
}

/**
 * Milliseconds of creating and starting, and of all from nothing to nothing: network, containers, and their removal.
 *
 * @param {number} count @param {number} limit @param {string} image @param {object} options the driver's
 */
export async function measureFloor(count, limit, image, options) {
  const settings = withDefaults(options);
  const beganWhole = performance.now();
  const plan = { ...planOf(count), name: `floor-${process.pid}` };
  const network = `peerlab-${plan.name}`;
  const block = (process.pid % 16) * 16;
  const prefix = count > 253 ? 20 : 24;
  await ask('POST', '/networks/create', {
    Name: network,
    Internal: true,
    IPAM: { Config: [{ Subnet: `10.88.${block}.0/${prefix}` }] },
  });
  const facts = {
    lab: plan.name,
    hash: 'bench',
    version: 'bench',
    owner: '',
    ephemeral: false,
    createdAtMs: 0,
    run: '',
  };
  const ids = [];
  const began = performance.now();
  await inParallel(count, limit, async index => {
    const address = `10.88.${block + Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;
    const wish = { plan, peer: plan.peers[index], facts, settings, network, address, image, entrypoint: undefined };
    const { name, ...body } = containerSpec(wish);
    const { Id } = await ask('POST', `/containers/create?name=${name}`, body);
    ids[index] = Id;
    await ask('POST', `/containers/${Id}/start`);
  });
  const ms = performance.now() - began;
  // One at a time: several at once make Docker 20.10 lose count of a network’s endpoints, which then cannot be removed.
  for (const id of ids) await ask('DELETE', `/containers/${id}?force=true&v=true`);
  await removeNetwork(network);
  return { startMs: ms, wholeMs: performance.now() - beganWhole };
}

/** An engine may report a container as removed a moment before its endpoint is. @param {string} network */
async function removeNetwork(network) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask('DELETE', `/networks/${network}`);
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(100);
    }
  }
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
