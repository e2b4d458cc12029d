/** A lab of five hundred peers that tells ten thousand events a second: all are counted, and the page can be used. */
import { fileURLToPath } from 'node:url';
import { createToken, readPage, servePage, TraceLog } from '@peerlab/dashboard-server';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import type { TraceEvent, TraceHeader } from '@peerlab/trace';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage } from './browser.ts';

const PAGE = fileURLToPath(new URL('../dist/page', import.meta.url));
const RATE = 10_000;
const EVENTS = 30_000;
/** How often lines are handed over, in milliseconds. */
const STEP_MS = 20;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => await browser?.close());

/** Floods of five hundred peers: the header, and so many events. */
async function floods(): Promise<readonly [TraceHeader, readonly TraceEvent[]]> {
  const text = 'name: five-hundred\ntopology: { generator: random-regular, peers: 500, degree: 4 }\n';
  const topology = parseTopology(text, { file: 'five-hundred.yaml' });
  const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: ['links'] });
  await using _ = lab;
  let header: TraceHeader | undefined;
  const events: TraceEvent[] = [];
  await recordLab(lab, (_line, value) => {
    if ('event' in value) events.push(value);
    else header = value;
  });
  for (let i = 0; events.length < EVENTS; i++) await lab.broadcast(`n${i}`, 'one of many');
  if (header === undefined) throw new Error('a recording begins with a header');
  return [header, events.slice(0, EVENTS)];
}

it('counts every event of ten thousand a second, and answers meanwhile', async () => {
  const [header, events] = await floods();
  const log = new TraceLog();
  log.sink(JSON.stringify(header), header);
  const server = await servePage({ page: readPage(PAGE), log, mode: 'live', token: createToken(), port: 0 });
  const { page, errors } = await openPage(browser);
  try {
    await page.goto(server.url);
    await page.waitForSelector('.caption');
    const fed = new Promise<void>(resolve => {
      let told = 0;
      const timer = setInterval(() => {
        for (const end = Math.min(EVENTS, told + (RATE * STEP_MS) / 1000); told < end; told++) {
          const event = { ...events[told], atMs: (told * 1000) / RATE } as TraceEvent;
          log.sink(JSON.stringify(event), event);
        }
        if (told < EVENTS) return;
        clearInterval(timer);
        resolve();
      }, STEP_MS);
    });
    // In the midst of it the page does what it is asked for.
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.locator('.messages tbody tr').first().waitFor();
    await page.getByRole('tab', { name: 'Activity' }).click();
    await fed;
    await page.locator('#panel p').getByText(`${EVENTS} events:`).waitFor();
    const sent = events.reduce((sum, event) => sum + (event.event === 'sent' ? event.to.length : 0), 0);
    const received = events.filter(({ event }) => event === 'received').length;
    expect(await page.locator('#panel p').first().textContent()).toContain(`${sent} sent, ${received} received`);
    expect(errors).toEqual([]);
  } finally {
    await page.close();
    await server.close();
  }
});
