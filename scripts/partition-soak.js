// Partitions a lab and heals it, again and again, and proves both: in parts, then whole. Ends at the first failure.
//
//   node scripts/partition-soak.js [--driver local|docker] [--times 100] [--topology topologies/ring-20.yaml]
//
// Each time a lab is made, partitioned by a seed of its own, proven on its parts, healed, proven whole, and removed.
// Build first: npm run build.
import { bringUp } from '@peerlab/lab';
import { soakOptions } from './soak-options.js';

const { driver, times, topologyOf } = await soakOptions('partition-soak.js');

const recoveries = [];
const startedAtMs = performance.now();
for (let run = 1; run <= times; run++) {
  const topology = topologyOf({ name: `partition-soak-${process.pid}`, seed: run });
  const { lab, passed } = await bringUp(topology, driver, { ephemeral: true });
  try {
    mustPass(run, 'the whole lab', passed);
    const { peers } = topology;
    const cut = 1 + (run % (peers.length - 1));
    const first = (run * 7) % peers.length;
    const group = Array.from({ length: cut }, (_, i) => peers[(first + i) % peers.length].name);
    const isOneWay = run % 4 === 0;
    const { text } = await lab.fault({ verb: 'partition', groups: [group], oneWay: isOneWay });
    const inParts = await lab.verify({ checks: ['broadcast', 'ttl', 'dm'] });
    mustPass(run, text, inParts);
    const { timeMs } = await lab.heal();
    recoveries.push(timeMs);
    mustPass(run, `healed after ${text}`, await lab.verify());
    console.log(`run ${run} of ${times}: ${text}; links up after ${Math.round(timeMs)} ms`);
  } finally {
    await lab.down();
  }
}
recoveries.sort((a, b) => a - b);
const at = share => Math.round(recoveries[Math.min(recoveries.length - 1, Math.floor(share * recoveries.length))]);
const tookS = Math.round((performance.now() - startedAtMs) / 1000);
console.log(`${times} of ${times} passed in ${tookS} s; links up after ${at(0.5)} ms (median), ${at(0.99)} ms (p99)`);
process.exit(0);

function mustPass(run, what, checks) {
  const failed =
    checks === true ? [] : checks === false ? ['checks'] : checks.filter(({ verdict }) => verdict !== 'proven');
  if (failed.length === 0) return;
  console.error(`run ${run} failed: ${what}`);
  console.error(JSON.stringify(failed, undefined, 2));
  throw new Error(`run ${run} failed`);
}
