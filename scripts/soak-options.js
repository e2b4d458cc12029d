// What the soaks of one lab have in common: their options, and the driver that these name.
import { readFileSync } from 'node:fs';
import { parseTopology } from '@peerlab/topology';
import { loadDrivers } from '../packages/cli/dist/drivers.js';
import { readOptions } from './read-options.js';

/**
 * Reads --driver, --times and --topology; ends with status 2 where they are wrong.
 * @returns {Promise<{driver: object, times: number, topologyOf: (overrides: object) => object}>}
 */
export async function soakOptions(script) {
  const usage = `${script} [--driver local|docker] [--times N] [--topology FILE]`;
  const {
    driver: name,
    times,
    topology,
  } = readOptions(usage, {
    driver: { type: 'string', default: 'local' },
    times: { type: 'number', default: 100 },
    topology: { type: 'string', default: 'topologies/ring-20.yaml' },
  });
  const driver = (await loadDrivers()).find(one => one.name === name);
  if (driver === undefined) {
    console.error(`no driver ${name}\nusage: ${usage}`);
    process.exit(2);
  }
  try {
    const text = readFileSync(topology, 'utf8');
    const topologyOf = overrides => parseTopology(text, { file: topology, overrides });
    topologyOf({});
    return { driver, times, topologyOf };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
