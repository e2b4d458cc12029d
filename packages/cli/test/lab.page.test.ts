/** The page in a real browser, on a real lab: what a teacher does in a lecture. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, openPage } from '../../dashboard/test/browser.ts';
import { broadcast, caption, controls, goBy, lastDeed, lit, press, rowOf } from './page-reader.ts';
import { type Running, Surroundings, uniqueName } from './run-lab.ts';

const RING = 'topologies/ring-20.yaml';
const HALF = Array.from({ length: 10 }, (_, i) => `n${i}`);

/** How long a page may be open, in milliseconds: every test of a lab looks at it. */
const OPEN_MS = 300_000;

const around = new Surroundings();
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

async function addressOf(run: Running): Promise<string> {
  const line = await run.printed('the page is at');
  return /the page is at (\S+)/.exec(line)?.[1] ?? '';
}

async function untilLive(page: Page): Promise<void> {
  await page.locator('.chip').filter({ hasText: 'live' }).waitFor();
}

// On a simulation the page is packages/dashboard/test/live.page.test.ts.
describe('a lab of processes', () => {
  const driver = 'local';
  const name = uniqueName(driver.slice(0, 5));
  const file = join(around.folder, `${driver}.trace.jsonl`);
  const requests: string[] = [];
  let run: Running;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    const words = ['up', RING, '--name', name, '--driver', driver, '--ui', '--record', file, '--no-verify'];
    run = around.start(words, '', OPEN_MS);
    const address = await addressOf(run);
    await run.printed('the page shows');
    ({ page, errors } = await openPage(browser));
    page.on('request', request => requests.push(request.url()));
    await page.goto(address);
    await untilLive(page);
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('4');
  });

  afterAll(async () => {
    await page.close();
    run.signal('SIGINT');
    await run.ended;
  });

  it('is drawn as what it is', async () => {
    await page.getByRole('img', { name: `The graph of ${name}: 20 peers, drawn as a ring` }).waitFor();
  });

  it('a flood lights nineteen peers, and takes twenty-one frames', async () => {
    await broadcast(page, 'n0');
    expect(await caption(page, 'broadcast of n0, no TTL: 19 of 19 reached')).toBe(19);
    expect(await lastDeed(page, 'reached 19 of 19')).toContain(`lab broadcast ${name} n0 hello`);
    expect((await rowOf(page, 'n0')).slice(0, 5)).toEqual(['✓ n0', '–', '19/19', '21/21', '2']);
  });

  it('a TTL of three lights six', async () => {
    await broadcast(page, 'n4', '3');
    expect(await caption(page, 'broadcast of n4, TTL 3: 6 of 6 reached')).toBe(6);
    expect((await rowOf(page, 'n4')).slice(0, 4)).toEqual(['✓ n4', '3', '6/6', '6/6']);
  });

  it('a partition lets the check of the links fail, and says why', async () => {
    await press(page, 'Pick peers');
    for (const peer of HALF) await page.getByRole('checkbox', { name: peer, exact: true }).check();
    await press(page, 'Partition them');
    expect(await lastDeed(page, '2 links cut')).toContain(`lab fault partition ${name} ${HALF.join(',')}`);
    await press(page, 'Run the checks');
    expect(await lastDeed(page, 'links: ')).toContain(`lab verify ${name}`);
    await page.getByRole('tab', { name: 'Checks' }).click();
    await page.getByRole('tabpanel').getByText('a fault cuts this link').first().waitFor();
    await broadcast(page, 'n0');
    expect(await caption(page, 'broadcast of n0, no TTL: 9 of 9 reached')).toBe(9);
  });

  it('healed, everything passes', async () => {
    await press(page, 'Heal everything');
    expect(await lastDeed(page, 'healed: 20 links are up')).toContain(`lab fault heal ${name}`);
    await press(page, 'Run the checks');
    await lastDeed(page, '4 claims proven');
  });

  it('a peer is killed, and started again', async () => {
    await page.getByRole('combobox', { name: 'From', exact: true }).selectOption({ label: 'n5' });
    await press(page, 'kill');
    expect(await lastDeed(page, 'killed n5')).toContain(`lab fault kill ${name} n5`);
    await controls(page).getByText('n5 is stopped').waitFor();
    await broadcast(page, 'n6');
    expect(await caption(page, 'broadcast of n6, no TTL: 18 of 18 reached')).toBe(18);
    await page.getByRole('combobox', { name: 'From', exact: true }).selectOption({ label: 'n5' });
    await press(page, 'start');
    await lastDeed(page, 'n5 started');
    await controls(page).getByText('n5 is running').waitFor();
    await broadcast(page, 'n5');
    expect(await caption(page, 'broadcast of n5, no TTL: 19 of 19 reached')).toBe(19);
  });

  it('the time goes back hop by hop, on again, and anywhere by the scale', async () => {
    await rowOf(page, 'n5');
    // From the beginning of time, where nobody is lit: what is read after the click is not what was shown before it.
    await page.getByRole('slider', { name: 'Moment' }).fill('0');
    expect(await lit(page)).toBe(0);
    await page.getByRole('button', { name: '✓ n5' }).first().click();
    await caption(page, '19 of 19 reached');
    const seen = [await lit(page)];
    while ((seen.at(-1) ?? 0) > 14 && seen.length < 10) seen.push(await goBy(page, 'Step back one hop'));
    // Two peers a hop; by the clock of the machine they may be told one after the other.
    expect([seen[0], seen.at(-1), seen]).toEqual([19, 14, seen.toSorted((a, b) => b - a)]);
    expect(await goBy(page, 'Step forward one hop')).toBeGreaterThan(14);
    await page.getByRole('slider', { name: 'Moment' }).fill('0');
    expect(await lit(page)).toBe(0);
  });

  it('nothing went wrong in the browser, and it asked this server alone', () => {
    expect(errors).toEqual([]);
    expect(requests.filter(address => !address.startsWith('http://127.0.0.1:'))).toEqual([]);
  });

  it('what was shown is a page that plays from disk, without a network', async () => {
    run.signal('SIGINT');
    await run.ended;
    const html = join(around.folder, `${driver}.html`);
    expect((await around.lab(['export', file, '--html', html])).status).toBe(0);
    const played = await openPage(browser, { offline: true });
    await played.page.goto(pathToFileURL(html).href);
    await played.page.getByRole('combobox', { name: 'Speed' }).selectOption('4');
    expect((await rowOf(played.page, 'n5')).slice(2, 4)).toEqual(['19/19', '21/21']);
    await played.page.getByRole('button', { name: '✓ n5' }).first().click();
    expect(await caption(played.page, 'broadcast of n5, no TTL: 19 of 19 reached')).toBe(19);
    expect(await controls(played.page).count()).toBe(0);
    expect(played.errors).toEqual([]);
    await played.page.close();
  });
});

describe('the page of a lab', () => {
  it('has nothing against it for who cannot see, hear or point, be it light or dark', async () => {
    const run = around.start(['up', RING, '--driver', 'simulation', '--ui', '--no-verify'], '', OPEN_MS);
    const address = await addressOf(run);
    await run.printed('the page shows');
    const { page } = await openPage(browser);
    await page.goto(address);
    await untilLive(page);
    await broadcast(page, 'n0', '3');
    await lastDeed(page, 'reached');
    await press(page, 'Pick peers');
    for (const peer of ['n1', 'n2']) await page.getByRole('checkbox', { name: peer, exact: true }).check();
    await press(page, 'Cut their link');
    await lastDeed(page, 'cut');
    await press(page, 'Run the checks');
    await lastDeed(page, 'links: ');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // Each tab by light is looked at in packages/dashboard/test/player.page.test.ts.
      const tabs = await page.getByRole('tab').all();
      for (const tab of colorScheme === 'light' ? tabs.slice(0, 1) : tabs) {
        await tab.click();
        const where = `${colorScheme}: ${await tab.textContent()}`;
        expect([where, await accessibilityProblems(page)]).toEqual([where, []]);
      }
    }
    await page.close();
    run.signal('SIGINT');
    await run.ended;
  });

  it('finds its server again when that is restarted', async () => {
    const name = uniqueName('again');
    using known = new Surroundings({ PEERLAB_UI_TOKEN: 'a-token-of-the-test', XDG_RUNTIME_DIR: around.folder });
    await known.process(['up', RING, '--name', name, '--no-verify']);
    const first = known.start(['ui', name]);
    const address = await addressOf(first);
    const { page } = await openPage(browser);
    await page.goto(address);
    await untilLive(page);
    first.signal('SIGINT');
    await first.ended;
    await page.locator('.chip').filter({ hasText: 'connection lost' }).waitFor();
    const again = known.start(['ui', name, '--port', new URL(address).port]);
    await again.printed('the page shows');
    await untilLive(page);
    await broadcast(page, 'n0', '2');
    expect(await caption(page, 'TTL 2: 4 of 4 reached')).toBe(4);
    await page.close();
    again.signal('SIGINT');
    await again.ended;
  });

  it('opens on a lab that is coming up, and shows it as it comes', async () => {
    const run = around.start(['demo', '--driver', 'local', '--every', '10']);
    const { page } = await openPage(browser);
    await page.goto(await addressOf(run));
    await page.getByRole('img', { name: /The graph of demo.*: 20 peers, drawn as a ring/ }).waitFor();
    // In the list, where it stays: the picture goes on to the next broadcast.
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByRole('cell', { name: '19/19' }).first().waitFor();
    await page.close();
    run.signal('SIGINT');
    await run.ended;
  });
});
