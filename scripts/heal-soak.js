// Kills peers of one lab and heals it, again and again, while others look at it and record it, and proves it each time.
// Ends at the first failure.
//
//   node scripts/heal-soak.js [--driver local|docker] [--times 100] [--topology topologies/ring-20.yaml]
//
// Build first: npm run build.
import { bringUp, recordLab } from '@peerlab/lab';
import { soakOptions } from './soak-options.js';

const { driver, times, topologyOf } = await soakOptions('heal-soak.js');

/** Lines of the recording that are shown with a failure. */
const SHOWN_LINES = 4000;

const topology = topologyOf({ name: `heal-soak-${process.pid}` });
const { lab } = await bringUp(topology, driver, { ephemeral: true, checks: [] });
const recorded = [];
const startedAtMs = performance.now();
try {
  const recording = await recordLab(lab, line => recorded.push(line));
  const { peers } = topology;
  for (let run = 1; run <= times; run++) {
    recorded.splice(0, recorded.length - SHOWN_LINES);
    const victims = Array.from({ length: 1 + (run % 3) }, (_, i) => peers[(run * 7 + i * 5) % peers.length].name);
    for (const victim of victims) await lab.kill(victim);
    // Somebody looks, at any moment of the healing and the proof.
    const looked = looking(lab, recording);
    const healed = await lab.heal();
    const checks = await lab.verify();
    await looked();
    const failed = checks.filter(({ verdict }) => verdict !== 'proven');
    if (failed.length > 0) {
      console.error(recorded.slice(-SHOWN_LINES).join('\n'));
      console.error(`run ${run} failed: ${victims} killed, ${JSON.stringify(healed)}`);
      console.error(JSON.stringify(failed, undefined, 2));
      process.exitCode = 1;
      break;
    }
  }
} finally {
  await lab.down();
}
const tookS = Math.round((performance.now() - startedAtMs) / 1000);
if (process.exitCode === undefined) console.log(`${times} of ${times} passed in ${tookS} s`);

/** Looks at the lab over and over until the returned function is called. */
function looking(watched, recording) {
  let isOver = false;
  const work = (async () => {
    while (!isOver) {
      await watched.faults();
      await recording.traceAgain();
      await new Promise(setImmediate);
    }
  })();
  return async () => {
    isOver = true;
    await work;
  };
}
