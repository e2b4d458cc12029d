/**
 * The simulation's speed: one unlimited flood among 10^5 and 10^6 peers, each of which chose four random others, delays
 * uniform over 1 to 100 ms. Each case runs in a process of its own, for its peak of memory, beside a loop over typed
 * arrays that has no protocol in it. Usage: npm run build && node bench/simulation/main.js [--rounds 3] [--json]
 */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { readOptions } from '../../scripts/read-options.js';

const CASE = fileURLToPath(new URL('./case.js', import.meta.url));
const SIZES = [100_000, 1_000_000];
const KINDS = ['plain-loop', 'flood', 'flood-heap', 'flood-ttl-12'];

const { rounds, json } = readOptions('main.js [--rounds N] [--json]', {
  rounds: { type: 'number', default: 3 },
  json: { type: 'boolean', default: false },
});

const rows = [];
for (const peers of SIZES) {
  // Kinds in turns, so that a slow minute of the machine meets them all.
  const all = Array.from({ length: rounds }, () => KINDS.map(kind => run(kind, peers)));
  KINDS.forEach((kind, i) => {
    const runs = all.map(round => round[i]);
    rows.push({ kind, ...median(runs) });
  });
}

if (json) console.log(JSON.stringify(rows, undefined, 2));
else {
  console.log(`median of ${rounds} rounds; ${process.version}, ${process.arch}`);
  const perFrame = peers => {
    const plain = rows.find(row => row.peers === peers && row.kind === 'plain-loop');
    return plain.floodS / plain.frames;
  };
  const cells = rows.map(({ kind, peers, frames, generationS, floodS, peakMb }) => [
    kind,
    peers.toLocaleString('en'),
    frames.toLocaleString('en'),
    generationS.toFixed(2),
    floodS.toFixed(2),
    (frames / floodS / 1e6).toFixed(2),
    (floodS / frames / perFrame(peers)).toFixed(2),
    peakMb.toFixed(0),
  ]);
  const head = ['', 'peers', 'frames', 'graph (s)', 'flood (s)', 'frames/s (M)', 'a frame, x plain', 'peak (MB)'];
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map(row => row[column].length)));
  for (const row of [head, ...cells]) console.log(row.map((text, i) => text.padStart(widths[i])).join('  '));
  const rate = peers => rows.find(row => row.kind === 'flood' && row.peers === peers);
  const [small, large] = SIZES.map(peers => rate(peers).frames / rate(peers).floodS);
  console.log(`rate at 10^6 over rate at 10^5: ${(large / small).toFixed(2)}`);
}

function run(kind, peers) {
  return JSON.parse(execFileSync(process.execPath, [CASE, kind, String(peers)], { encoding: 'utf8' }));
}

/** The run whose flood took the middle time. */
function median(runs) {
  return runs.sort((a, b) => a.floodS - b.floodS)[runs.length >> 1];
}
