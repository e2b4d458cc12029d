/** The player from disk, without a network: a recording of a simulated ring, played in a real browser. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exportHtml } from '@peerlab/dashboard-server';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, openPage } from './browser.ts';

const PLAYER = fileURLToPath(new URL('../dist/player.html', import.meta.url));

/** A broadcast to all of a ring of twenty, and one with TTL 3. */
async function recording(): Promise<string> {
  const driver = createSimulationDriver();
  const topology = parseTopology('name: ring-20\ntopology: { generator: ring, peers: 20 }\n', { file: 'ring.yaml' });
  const { lab } = await bringUp(topology, driver, { ephemeral: true, checks: ['links'] });
  await using _ = lab;
  let text = '';
  const kept = await recordLab(lab, line => (text += `${line}\n`));
  kept.judged(await lab.broadcast('n0', '</script><b>to all</b>'));
  kept.judged(await lab.broadcast('n0', 'to some', { ttl: 3 }));
  await kept.end();
  return text;
}

let folder: string;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerlab-player-'));
  const file = join(folder, 'ring.html');
  await writeFile(file, exportHtml(await readFile(PLAYER, 'utf8'), await recording()));
  browser = await openBrowser();
  ({ page, errors } = await openPage(browser));
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(file).href);
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const caption = (): Promise<string | null> => page.textContent('.caption');
const untilLit = async (count: number): Promise<unknown> =>
  await page.waitForSelector(`.caption[data-lit="${count}"][data-flying="0"]`);

describe('the player', () => {
  it('plays a flood, and counts its frames', async () => {
    await page.click('.messages tbody tr:last-child button');
    await untilLit(19);
    expect(await caption()).toContain('broadcast of n0, no TTL: 19 of 19 reached');
    const row = page.locator('.messages tr.shown td');
    expect(await row.allTextContents()).toEqual(['✓ n0', '–', '19/19', '21/21', '2', expect.stringMatching(/ms|s/)]);
  });

  it('lights six peers with TTL 3', async () => {
    await page.click('.messages tbody tr:first-child button');
    await untilLit(6);
    expect(await caption()).toContain('broadcast of n0, TTL 3: 6 of 6 reached');
  });

  it('goes back hop by hop, and on again', async () => {
    await page.getByRole('button', { name: 'Step back one hop' }).click();
    await page.waitForSelector('.caption[data-lit="6"]');
    await page.getByRole('button', { name: 'Step back one hop' }).click();
    await page.waitForSelector('.caption[data-lit="4"]');
    await page.getByRole('button', { name: 'Step back one hop' }).click();
    await page.waitForSelector('.caption[data-lit="2"]');
    await page.getByRole('button', { name: 'Step forward one hop' }).click();
    await page.waitForSelector('.caption[data-lit="4"]');
  });

  it('chooses the peer that is clicked', async () => {
    await page.getByRole('tab', { name: 'Peer', exact: true }).click();
    // The first peer of a ring stands at its top: the highest that a click finds above the middle.
    const box = await page.locator('.stage').boundingBox();
    if (box === null) throw new Error('the stage is not on the page');
    for (let y = 4; y < box.height / 2; y += 8) {
      await page.mouse.click(box.x + box.width / 2, box.y + y);
      if ((await page.locator('#panel select').inputValue()) !== '') break;
    }
    expect(await page.locator('#panel select').inputValue()).toBe('0');
    expect(await page.locator('.neighbours li').allTextContents()).toEqual(['n1link up', 'n19link up']);
  });

  it('compares a prediction with what happened', async () => {
    await page.getByRole('tab', { name: 'Predict' }).click();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.locator('#panel select').selectOption({ label: '2: n0, TTL 3' });
    for (const peer of ['n1', 'n2', 'n3', 'n4']) await page.getByRole('checkbox', { name: peer, exact: true }).check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const answer = page.locator('.answer');
    await answer.getByText('not reached: n4').waitFor();
    expect(await answer.textContent()).toContain('reached, but not picked: n17 n18 n19');
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it.each(['Messages', 'Tree', 'Space-time', 'Peer', 'Checks', 'Activity', 'Predict', 'Lessons'])(
    'has nothing against it for who cannot see, hear or point: %s',
    async name => {
      await page.getByRole('tab', { name, exact: true }).click();
      expect(await accessibilityProblems(page)).toEqual([]);
    },
  );

  it('asked for nothing elsewhere, and had no error', () => {
    expect(errors).toEqual([]);
  });
});
