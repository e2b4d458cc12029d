/** For tests: what a reader does with the page, and sees in it. */
import type { Locator, Page } from 'playwright-core';

/** The controls that act on the lab. */
export function controls(page: Page): Locator {
  return page.locator('details.act');
}

/** Clicks a button among the controls. */
export async function press(page: Page, name: string): Promise<void> {
  await controls(page).getByRole('button', { name, exact: true }).click();
}

/** Sends a broadcast. @param ttl empty for none */
export async function broadcast(page: Page, from: string, ttl = ''): Promise<void> {
  await page.getByRole('combobox', { name: 'From', exact: true }).selectOption({ label: from });
  await page.getByRole('spinbutton', { name: 'TTL', exact: true }).fill(ttl);
  await press(page, 'Broadcast');
}

/** Waits until what was done last ended so. @returns what the page says of it, with its command line */
export async function lastDeed(page: Page, ended: string): Promise<string> {
  const deed = page.getByRole('list', { name: 'Latest action' }).getByRole('listitem').first();
  await deed.filter({ hasText: ended }).waitFor();
  return (await deed.textContent()) ?? '';
}

/** Waits until the line above the picture says this. @returns how many peers are lit then */
export async function caption(page: Page, says: string): Promise<number> {
  const line = page.locator('.caption[data-flying="0"]').filter({ hasText: says });
  await line.waitFor();
  return Number(await line.getAttribute('data-lit'));
}

/** Clicks a button of the time bar. @returns how many peers are lit then */
export async function goBy(page: Page, name: string): Promise<number> {
  await page.getByRole('button', { name, exact: true }).click();
  return await lit(page);
}

/** How many peers are lit, once the picture is drawn. */
export async function lit(page: Page): Promise<number> {
  // A picture for what was done, and one for what is said of it.
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return Number(await page.locator('.caption').getAttribute('data-lit'));
}

/** The cells of the latest message of a peer. */
export async function rowOf(page: Page, origin: string): Promise<string[]> {
  await page.getByRole('tab', { name: 'Messages' }).click();
  const row = page
    .getByRole('row')
    .filter({ hasText: `✓ ${origin}` })
    .first();
  await row.waitFor();
  return await row.getByRole('cell').allTextContents();
}
