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

  it('acts on the graph itself: hover, double click, click on a link, lasso, drag', async () => {
    const box = await page.locator('.stage').boundingBox();
    if (box === null) throw new Error('the stage is not on the page');
    const facts = page.locator('.facts-at-pointer');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    // n0 stands at the top: the first that the pointer finds above the middle.
    let top = 0;
    for (let y = 4; y < box.height / 2 && top === 0; y += 4) {
      await page.mouse.move(middle.x, box.y + y);
      await page.mouse.move(middle.x, box.y + y + 1);
      if ((await facts.count()) > 0 && (await facts.textContent())?.startsWith('n0: running') === true) top = y + 12;
    }
    const radius = middle.y - box.y - top;
    const at = (peer: number, share = 1): readonly [number, number] => [
      middle.x + share * radius * Math.sin((peer * Math.PI) / 10),
      middle.y - share * radius * Math.cos((peer * Math.PI) / 10),
    ];
    await button('Picking: click peers').click();
    await page.locator('.act').getByLabel('TTL').fill('');
    await page.mouse.dblclick(...at(5));
    await untilDone('n5 reached 19 of 19');
    await page.mouse.move(...at(2.5, 0.985));
    await facts.getByText('n2 – n3: link up').waitFor();
    await page.mouse.click(...at(2.5, 0.985));
    await untilDone(/n2.*n3/);
    await facts.getByText('click: restore it').waitFor();
    await page.mouse.click(...at(2.5, 0.985));
    await untilDone(/restored|up/);
    await facts.getByText('click: cut it').waitFor();
    // Round n4, n5 and n6.
    await page.keyboard.down('Shift');
    const corners = [
      [0.88, -0.5],
      [1.15, -0.5],
      [1.15, 0.5],
      [0.88, 0.5],
    ] as const;
    for (const [i, [x, y]] of corners.entries()) {
      await page.mouse.move(middle.x + x * radius, middle.y + y * radius, { steps: 4 });
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.locator('.picked-bar').getByText('3 picked').waitFor();
    await button('Split from 17').click();
    await untilDone(/partition/);
    await button('Heal everything').click();
    await untilDone(/^✓ healed/);
    await button('Clear').click();
    await page.mouse.move(...at(5));
    await page.mouse.down();
    await page.mouse.move(...at(5, 0.5), { steps: 8 });
    await page.mouse.up();
    await facts.getByText('n5: running').waitFor();
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
