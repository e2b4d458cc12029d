// What the soaks of one lab have in common: their options, and the driver that these name.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseTopology } from '@peerlab/topology';
import { loadDrivers } from '../packages/cli/dist/drivers.js';

/**
 * Reads --driver, --times and --topology; ends with status 2 where they are wrong.
 * @returns {Promise<{driver: object, times: number, topologyOf: (overrides: object) => object}>}
 */
export async function soakOptions(script) {
  const { values } = parseArgs({
    options: {
      driver: { type: 'string', default: 'local' },
      times: { type: 'string', default: '100' },
      topology: { type: 'string', default: 'topologies/ring-20.yaml' },
    },
  });
  const times = Number(values.times);
  const driver = (await loadDrivers()).find(({ name }) => name === values.driver);
  if (driver === undefined || !(times >= 1)) {
    console.error(`usage: ${script} [--driver local|docker] [--times N] [--topology FILE]`);
    process.exit(2);
  }
  try {
    const text = readFileSync(values.topology, 'utf8');
    const topologyOf = overrides => parseTopology(text, { file: values.topology, overrides });
    topologyOf({});
    return { driver, times, topologyOf };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
