// Takes the pictures of README and docs/PAGE.md: real runs in the simulation, played by the built page in a headless
// Chromium. npm run build first; CHROMIUM names another browser than Debian's.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { exportHtml } from '../packages/dashboard-server/dist/index.js';
import { createSimulationDriver } from '../packages/driver-simulation/dist/index.js';
import { bringUp, recordLab } from '../packages/lab/dist/index.js';
import { parseTopology } from '../packages/topology/dist/index.js';
import { readOptions } from './read-options.js';

readOptions('screenshots.js', {});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const player = readFileSync(join(root, 'packages/dashboard/dist/player.html'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'peerlab-screenshots-'));

/** Records what is done to a simulated lab, as a file that plays it. */
async function record(file, name, play) {
  const topology = parseTopology(readFileSync(join(root, 'topologies', file), 'utf8'), { file });
  const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: ['links'] });
  let trace = '';
  const recording = await recordLab(lab, line => {
    trace += `${line}\n`;
  });
  await play(lab, recording);
  await recording.end();
  await lab.down();
  const page = join(folder, `${name}.html`);
  writeFileSync(page, exportHtml(player, trace));
  return pathToFileURL(page).href;
}

async function partition(lab, recording) {
  const { text } = await lab.fault({ verb: 'partition', groups: [['n3', 'n4', 'n5', 'n6', 'n7']] });
  recording.note({ event: 'fault', kind: 'partition', text });
  await lab.verify({ checks: ['links'], onResult: result => recording.checked(result) });
  recording.judged(await lab.broadcast('n0', 'to one side'));
}

const held = async page => await page.getByRole('button', { name: 'Hold' }).click();
const lit = async (page, count) => await page.waitForSelector(`.caption[data-lit="${count}"]`);

const PICTURES = [
  {
    name: 'page-ring',
    file: 'ring-20.yaml',
    play: async (lab, recording) => recording.judged(await lab.broadcast('n0', 'to all')),
    look: async page => {
      await page.getByRole('tab', { name: 'Space-time' }).click();
      await lit(page, 12);
      await held(page);
    },
  },
  {
    name: 'page-horizon',
    file: 'grid-5x5.yaml',
    scheme: 'dark',
    play: async (lab, recording) => recording.judged(await lab.broadcast('n12', 'to some', { ttl: 2 })),
    look: async page => {
      await page.getByRole('tab', { name: 'Tree' }).click();
      await lit(page, 12);
    },
  },
  {
    name: 'page-partition',
    file: 'ring-20.yaml',
    play: partition,
    look: async page => {
      await page.getByRole('tab', { name: 'Checks' }).click();
      await lit(page, 14);
    },
  },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--enable-unsafe-swiftshader', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
try {
  for (const { name, file, play, look, scheme = 'light' } of PICTURES) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme: scheme });
    await page.goto(await record(file, name, play));
    await page.waitForSelector('.caption');
    await look(page);
    const path = `docs/images/${name}.png`;
    await page.screenshot({ path: join(root, path) });
    await page.close();
    console.log(path);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
