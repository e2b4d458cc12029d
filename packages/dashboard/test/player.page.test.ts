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

/** A note, a broadcast to all of a ring of twenty, and one with TTL 3. */
async function recording(): Promise<string> {
  const driver = createSimulationDriver();
  const peers = Array.from({ length: 20 }, (_, i) => `n${i}: ${i === 0 ? '{ label: New York }' : ''}`);
  const links = Array.from({ length: 19 }, (_, i) => `[n${i}, n${i + 1}]`);
  const last = '{ between: [n19, n0], latencyMs: { there: 0, back: 3 } }';
  const text = `name: ring-20\npeers: { ${peers.join(', ')} }\nlinks: [${[...links, last].join(', ')}]\n`;
  const topology = parseTopology(text, { file: 'ring.yaml' });
  const { lab } = await bringUp(topology, driver, { ephemeral: true, checks: ['links'] });
  await using _ = lab;
  let trace = '';
  const kept = await recordLab(lab, line => (trace += `${line}\n`));
  // Before the first message: at the beginning none is shown.
  kept.note({ event: 'note', text: 'recorded' });
  kept.judged(await lab.broadcast('n0', '</script><b>to all</b>'));
  const limited = await lab.broadcast('n0', 'to some', { ttl: 3 });
  // What could not be seen, for a check and for a message.
  const [reason, verdict] = ['n7 has no counters', 'not-proven'] as const;
  kept.judged({ ...limited, verdict, reason });
  const open = { claim: 'a TTL is an exact horizon', expected: 'exact horizons', observed: 'not tried', evidence: [] };
  kept.checked({ name: 'ttl', ...open, explanations: [], verdict, reason, timeMs: 1 });
  kept.checked({ name: 'links', ...open, explanations: [], verdict: 'proven', timeMs: 1 });
  // In the end it does not answer any more.
  kept.note({ event: 'peer-state', name: 'n10', state: 'silent' });
  await kept.end();
  return trace;
}

/** A peer takes clicks so many pixels from its middle, about. */
const CLICK_REACH = 20;

let folder: string;
/** Where the first peer stands, from the top of the stage in pixels. */
let topOfRing = 0;
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
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('4');
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
    expect(await caption()).toContain('broadcast of n0, no TTL: 19 of 19 reached, 0 frames in flight, 2 duplicates');
    const row = page.locator('.messages tr.shown td');
    expect(await row.allTextContents()).toEqual(['✓ n0', '–', '19/19', '21/21', '2', expect.stringMatching(/ms|s/)]);
  });

  it('lights six peers with TTL 3', async () => {
    await page.click('.messages tbody tr:first-child button');
    await untilLit(6);
    expect(await caption()).toContain('broadcast of n0, TTL 3: 6 of 6 reached');
  });

  it('has a mark of its own for what is not proven, with the reason', async () => {
    expect(await page.locator('.messages tbody tr').first().locator('td').first().textContent()).toBe('? n0');
    expect(await page.locator('.messages tr.not-proven').count()).toBe(1);
    await page.locator('.failures').getByText('not proven: n7 has no counters').waitFor();
    await page.getByRole('tab', { name: 'Checks' }).click();
    await page.getByRole('button', { name: 'Go to the end' }).click();
    const open = page.locator('.check.not-proven');
    await open.waitFor();
    expect(await open.locator('summary').textContent()).toMatch(/^\? not proven ttl/);
    expect(await open.locator('.why').textContent()).toBe('n7 has no counters');
    // It is open to be read; what is proven is not.
    const isOpen = async (check: string): Promise<boolean> => (await page.locator(`${check}[open]`).count()) > 0;
    expect([await isOpen('.check.proven'), await isOpen('.check.not-proven')]).toEqual([false, true]);
    expect(await page.locator('.check.proven summary').textContent()).toMatch(/^✓ proven links/);
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.click('.messages tbody tr:first-child button');
    await untilLit(6);
  });

  it('steps from the very beginning, by button and by key, also after a click on a button', async () => {
    const lit = async (count: number): Promise<unknown> => await page.waitForSelector(`.caption[data-lit="${count}"]`);
    await page.getByRole('button', { name: 'Go to the end' }).click();
    await page.getByRole('button', { name: 'Go to the beginning' }).click();
    await page.locator('.caption').getByText('no message yet').waitFor();
    await page.getByRole('button', { name: 'Step forward one hop' }).click();
    await page.getByText('broadcast of n0, no TTL: 0 of 19 reached').waitFor();
    await page.keyboard.press('ArrowRight');
    await lit(2);
    await page.keyboard.press('Home');
    await page.locator('.caption').getByText('no message yet').waitFor();
    for (const count of [0, 2, 4]) {
      await page.keyboard.press('ArrowRight');
      await lit(count);
    }
    // Space plays, and holds; it does not press the button that was clicked last.
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Hold', exact: true }).waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    // Nor do a tab, a list and the scale keep the keys.
    await page.getByRole('tab', { name: 'Tree' }).click();
    await page.getByRole('combobox', { name: 'Speed' }).click();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('2');
    await page.getByRole('slider', { name: 'Moment' }).click({ position: { x: 1, y: 5 } });
    await page.keyboard.press('Home');
    await page.locator('.caption').getByText('no message yet').waitFor();
    expect(await page.getByRole('tab', { name: 'Tree', selected: true }).count()).toBe(1);
    // Who walks by the keyboard keeps the focus: space presses the button then.
    await page.getByRole('button', { name: 'Step forward one hop' }).focus();
    await page.keyboard.press(' ');
    await page.keyboard.press(' ');
    await lit(2);
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.click('.messages tbody tr:first-child button');
    await untilLit(6);
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
      topOfRing = y + CLICK_REACH;
      if ((await page.locator('#panel select').inputValue()) !== '') break;
    }
    expect(await page.locator('#panel select').inputValue()).toBe('0');
    expect(await page.locator('.neighbours li').allTextContents()).toEqual([
      expect.stringMatching(/^n1link up(open|signed|sealed)$/),
      expect.stringMatching(/^n19link up(open|signed|sealed)there 3 ms; back 0 ms$/),
    ]);
    expect(await page.locator('#panel select option:checked').textContent()).toBe('n0 (New York)');
    expect(await page.locator('#panel dl.facts').first().textContent()).toContain('LabelNew York');
  });

  it('shows a peer that does not answer, in words and by a mark of its own', async () => {
    const box = await page.locator('.stage').boundingBox();
    if (box === null) throw new Error('the stage is not on the page');
    // n10 stands at the bottom, opposite to n0. Without a mark the inside of a peer that is away is as empty as the ring's.
    const inside = async (y: number): Promise<string> => {
      const clip = { x: box.x + box.width / 2 - 8, y: box.y + y - 8, width: 16, height: 16 };
      return (await page.screenshot({ clip })).toString('base64');
    };
    const bottom = box.height - topOfRing;
    await page.locator('#panel select').selectOption('10');
    await page.getByRole('button', { name: 'Go to the beginning' }).click();
    await page.locator('#panel dd').getByText('running', { exact: true }).waitFor();
    const running = await inside(bottom);
    await page.getByRole('button', { name: 'Go to the end' }).click();
    await page.locator('#panel dd').getByText('silent', { exact: true }).waitFor();
    await expect.poll(async () => await inside(bottom)).not.toBe(running);
    expect(await inside(bottom)).not.toBe(await inside(box.height / 2));
    await page.locator('#panel select').selectOption('0');
  });

  it('picks with quick clicks, and the picture stays where it is', async () => {
    await page.getByRole('tab', { name: 'Predict' }).click();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    const box = await page.locator('.stage').boundingBox();
    if (box === null) throw new Error('the stage is not on the page');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const radius = middle.y - box.y - topOfRing;
    const clickAt = async (i: number): Promise<void> =>
      await page.mouse.click(
        middle.x + radius * Math.sin((i * Math.PI) / 10),
        middle.y - radius * Math.cos((i * Math.PI) / 10),
      );
    // All within the time of a double click; then where each was before.
    for (const i of [0, 1, -1, 5]) await clickAt(i);
    await page.getByText('4 peers picked:').waitFor();
    for (const i of [0, 1, -1]) await clickAt(i);
    await page.getByText('1 peer picked:').waitFor();
    await page.mouse.dblclick(middle.x, middle.y);
    await clickAt(5);
    await page.getByText('0 peers picked:').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('compares a prediction with what happened', async () => {
    await page.getByRole('tab', { name: 'Predict' }).click();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.locator('#panel select').selectOption({ label: '2: n0, TTL 3' });
    for (const peer of ['n1', 'n2', 'n3', 'n4']) await page.getByRole('checkbox', { name: peer, exact: true }).check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const answer = page.locator('.answer');
    // It is judged once the wave has been shown to its end.
    await answer.getByText('In flight').waitFor();
    await answer.getByText('3 of 6 right, 1 too many').waitFor();
    await answer.getByText('not reached: n4').waitFor();
    expect(await answer.textContent()).toContain('reached, but not picked: n17 n18 n19');
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('presents: large type, a panel at full height, and nothing crushed in a small or magnified window', async () => {
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.click('.messages tbody tr:last-child button');
    await untilLit(19);
    const typePx = async (): Promise<number> =>
      Number.parseFloat(await page.evaluate<string>('getComputedStyle(document.documentElement).fontSize'));
    const boxOf = async (part: string): Promise<{ y: number; height: number }> => {
      const box = await page.locator(part).boundingBox();
      if (box === null) throw new Error(`${part} is not on the page`);
      return box;
    };
    const before = await typePx();
    // A list that was opened and left again does not keep the keys.
    await page.getByRole('combobox', { name: 'Clock' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.waitForSelector('html.presenting');
    expect(await typePx()).toBeGreaterThan(before * 1.2);
    const sizes = [
      { width: 1280, height: 720 },
      { width: 1920, height: 1080 },
      { width: 640, height: 360 },
      { width: 390, height: 844 },
    ];
    for (const size of sizes) {
      await page.setViewportSize(size);
      const [stage, time, panel] = [await boxOf('.stage'), await boxOf('.time'), await boxOf('aside')];
      expect(stage.height, `height of the graph at ${size.width}`).toBeGreaterThan(size.height / 3);
      expect(time.y + time.height, `end of the time bar at ${size.width}`).toBeLessThanOrEqual(size.height);
      if (size.width > 960) expect(panel.height).toBeGreaterThan(size.height * 0.9);
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(over, `wider than ${size.width}`).toBeLessThanOrEqual(0);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 1400, height: 850 });
    // A clicker has two keys. The playhead stands a hop after the end.
    for (const [key, lit] of [
      ['PageUp', 19],
      ['PageUp', 19],
      ['PageUp', 18],
      ['PageUp', 16],
      ['PageDown', 18],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForSelector(`.caption[data-lit="${lit}"]`);
    }
    await page.keyboard.press('d');
    await page.locator('aside').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('aside').waitFor();
    expect(await page.locator('html.presenting').count()).toBe(0);
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
