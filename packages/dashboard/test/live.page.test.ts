/** The page on a simulated lab that runs, through its server: what it shows, what it does, and that it finds its server again. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createPerformer, createToken, type Performer, readPage, servePage, TraceLog } from '@peerlab/dashboard-server';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp, type Lab, type Recording, recordLab } from '@peerlab/lab';
import { parseTopology, type Topology } from '@peerlab/topology';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from './browser.ts';

const RING = 'name: page-simulation\ntopology: { generator: ring, peers: 20 }\n';
const PAGE = fileURLToPath(new URL('../dist/page', import.meta.url));

/** A lab with its page. */
interface Shown {
  readonly page: Page;
  readonly errors: readonly string[];
  /** Ends the server, and starts another at the same address. */
  restartServer(): Promise<void>;
  close(): Promise<void>;
}

async function show(browser: Browser, topology: Topology): Promise<Shown> {
  const driver = createSimulationDriver();
  let performer: Performer | undefined;
  let lab: Lab | undefined;
  let recording: Recording | undefined;
  const log = new TraceLog();
  const token = createToken();
  const serve = async (port: number): ReturnType<typeof servePage> =>
    await servePage({ page: readPage(PAGE), log, mode: 'live', token, port, performer: () => performer });
  let server = await serve(0);
  const { page, errors } = await openPage(browser);
  await page.goto(server.url);
  ({ lab } = await bringUp(topology, driver, {
    ephemeral: true,
    checks: ['links'],
    onAttached: async attached => {
      recording = await recordLab(attached, log.sink, { linksUp: [] });
    },
  }));
  if (recording === undefined) throw new Error('bringUp tells of the lab that it attaches');
  performer = await createPerformer(lab, recording);
  return {
    page,
    errors,
    restartServer: async () => {
      const { port } = new URL(server.url);
      await server.close();
      await page.getByText('connection lost').waitFor();
      server = await serve(Number(port));
    },
    close: async () => {
      await performer?.close();
      await recording?.end();
      await server.close();
      await lab?.down();
    },
  };
}

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
});

describe('the page of a lab', () => {
  let shown: Shown;
  let page: Page;

  beforeAll(async () => {
    shown = await show(browser, parseTopology(RING, { file: 'ring.yaml' }));
    page = shown.page;
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('4');
  });

  afterAll(async () => await shown?.close());

  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const deed = (): Locator => page.locator('.deeds li').first();
  const untilDone = async (text: string | RegExp): Promise<void> => await deed().locator('p').getByText(text).waitFor();
  const untilLit = async (count: number): Promise<unknown> =>
    await page.waitForSelector(`.caption[data-lit="${count}"][data-flying="0"]`);
  const send = async (ttl: string): Promise<void> => {
    await page.locator('.act').getByLabel('TTL').fill(ttl);
    await button('Broadcast').click();
  };

  it('floods from the page: 19 peers are lit by 21 frames', async () => {
    await send('');
    await untilDone('n0 reached 19 of 19; 21 frames, predicted 21');
    await untilLit(19);
    const cells = page.locator('.messages tr.shown td');
    expect((await cells.allTextContents()).slice(0, 5)).toEqual(['✓ n0', '–', '19/19', '21/21', '2']);
    expect(await deed().locator('code').textContent()).toMatch(/^lab broadcast page-\w+ n0 hello$/);
  });

  it('lights 6 with TTL 3', async () => {
    await send('3');
    await untilDone('n0 reached 6 of 6');
    await untilLit(6);
  });

  it('scrubs back to what was', async () => {
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.locator('.messages tbody tr').last().getByRole('button').click();
    await untilLit(19);
    // The last frames are the two duplicates, after hop 10: n10 passes on what it got to where the other copy came from.
    for (const lit of [19, 19, 18, 16]) {
      await button('Step back one hop').click();
      await page.waitForSelector(`.caption[data-lit="${lit}"]`);
    }
    // A clicker works even in a field; what is typed there stays there.
    const text = page.locator('.act').getByLabel('Text');
    await text.click();
    await page.keyboard.press('PageDown');
    await page.waitForSelector('.caption[data-lit="18"]');
    await page.keyboard.press('f');
    expect(await text.inputValue()).toBe('hellof');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Escape');
    await page.keyboard.press('PageDown');
    await page.waitForSelector('.caption[data-lit="19"]');
    await button('Go live').click();
  });

  it('parts the ring, has the check fail and say why, and heals it', async () => {
    await button('Pick peers').click();
    for (const peer of ['n0', 'n1', 'n2', 'n3', 'n4'])
      await page.getByRole('checkbox', { name: peer, exact: true }).check();
    await button('Partition them').click();
    await untilDone(/partition/);
    await page.locator('.act').getByRole('button', { name: 'Run the checks' }).click();
    await deed().locator('p.failed').waitFor();
    await page.getByRole('tab', { name: 'Checks' }).click();
    await button('Go live').click();
    const failed = page.locator('#panel .check.failed').first();
    await failed.waitFor();
    expect(await failed.locator('.why').first().textContent()).toMatch(/n\d+/);
    await button('Heal everything').click();
    await untilDone(/^✓ healed/);
    await page.locator('.act').getByRole('button', { name: 'Run the checks' }).click();
    await untilDone(/\d+ claims proven/);
    await button('none').click();
  });

  it('kills a peer and starts it again', async () => {
    await page.getByRole('tab', { name: 'Peer', exact: true }).click();
    await page.locator('#panel').getByLabel('Peer').selectOption('n7');
    await button('kill').click();
    await page.locator('.act').getByText('n7 is stopped').waitFor();
    await button('start').click();
    await untilDone('n7 started');
    await page.locator('.act').getByText('n7 is running').waitFor();
    await page.locator('.act').getByLabel('From').selectOption('n0');
  });

  it('finds its server again', async () => {
    await shown.restartServer();
    await page.getByText('live', { exact: true }).waitFor();
    await send('3');
    await untilDone('n0 reached 6 of 6');
    await untilLit(6);
  });

  it('had no error, and asked for nothing that its policy forbids', () => {
    expect(
      shown.errors.filter(text => !text.includes('ERR_CONNECTION_REFUSED') && !text.includes('ERR_INCOMPLETE')),
    ).toEqual([]);
  });
});

describe('a lesson on its own lab', () => {
  it('is open, and does what its steps say', async () => {
    const file = 'topologies/lessons/6-cost.yaml';
    const text = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
    const { page, errors, close } = await show(browser, parseTopology(text, { file }));
    try {
      await page.getByRole('tab', { name: 'Lessons' }).click();
      await page.getByRole('heading', { name: '6. The cost of flooding, and a tree' }).waitFor();
      const steps = page.getByRole('button', { name: 'Do it' });
      const deed = page.locator('.deeds li p').first();
      const outcomes = [
        'n0 reached 14 of 14; 14 frames, predicted 14',
        'killed n1',
        'n0 reached 7 of 7; 7 frames, predicted 7',
        'n1 started',
      ];
      for (const [step, outcome] of outcomes.entries()) {
        await steps.nth(step).click();
        await deed.getByText(outcome).waitFor();
      }
      expect(errors).toEqual([]);
    } finally {
      await close();
    }
  });
});
