/** examples/tutorial-peer: the lab names what is wrong with it, and finds nothing once it is mended. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { faultSchema, inspectSchema, messageSchema, upSchema } from './schemas.ts';

const EXAMPLE = join(ROOT, 'examples/tutorial-peer');
const around = new Surroundings();
const names = { line: uniqueName('line'), long: uniqueName('long'), mended: uniqueName('mend') };
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

async function up(file: string, name: string) {
  const words = ['up', join(EXAMPLE, file), '--name', name, '--driver', 'local'];
  const { status, document } = await around.json(words);
  return { status, ...upSchema.parse(document) };
}

async function broadcast(lab: string, text: string) {
  return messageSchema.parse((await around.json(['broadcast', lab, 'n0', text])).document);
}

const stateOf = async (lab: string, peer: string): Promise<string | undefined> => {
  const { peers } = inspectSchema.parse((await around.json(['inspect', lab])).document);
  return peers.find(({ name }) => name === peer)?.state;
};

/** More than a socket hands over at once, and less than the longest argument of a command. */
const LARGE = 'x'.repeat(100_000);

let mended: Awaited<ReturnType<typeof up>>;
let line: Awaited<ReturnType<typeof up>>;
beforeAll(async () => {
  line = await up('line.yaml', names.line);
  mended = await up('mended.yaml', names.mended);
});

describe('the tutorial peer', () => {
  it('delivers its own broadcast, which comes back; mended, it is proven', () => {
    expect([line.status, line.passed]).toEqual([1, false]);
    const failures = line.checks.flatMap(({ explanations }) => explanations);
    expect(failures.map(({ culprit }) => culprit)).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(failures[0]?.text).toMatch(/^n0 delivered broadcast \w+ of n0 to itself, once, although it is the origin$/);
    expect([mended.status, mended.passed]).toEqual([0, true]);
  });

  it('stops a message after five links', async () => {
    const { status, checks } = await up('long-line.yaml', names.long);
    expect(status).toBe(1);
    const [failure] = checks.flatMap(({ explanations }) => explanations);
    expect(failure?.text).toMatch(
      /^n6 did not receive broadcast \w+ of n0 within 5 s, 6 hops away; the last peer .* is n5 \(hop 5\)/,
    );
  });

  it.each([
    ['whose object is split over two TCP chunks', LARGE],
    ['with }{ in its text', 'two objects }{ in one'],
  ])('loses a message %s; mended, it does not', async (_, text) => {
    const lost = await broadcast(names.line, text);
    expect([lost.verdict, lost.missed]).toEqual(['failed', ['n1', 'n2', 'n3']]);
    const whole = await broadcast(names.mended, text);
    expect([whole.verdict === 'failed', whole.received.length]).toEqual([false, 7]);
  });

  it('ends when a neighbour does not answer; mended, it dials until the neighbour is back', async () => {
    await around.lab(['fault', 'kill', names.line, 'n1']);
    await expect.poll(async () => await stateOf(names.line, 'n0'), { timeout: 20_000 }).toBe('stopped');
    expect((await around.lab(['logs', names.line, 'n0'])).stdout).toContain('ECONNREFUSED');
    await around.lab(['fault', 'kill', names.mended, 'n1']);
    const healed = faultSchema.parse((await around.json(['fault', 'heal', names.mended])).document);
    expect(healed.recovery?.links).toBe(7);
    expect(await stateOf(names.mended, 'n0')).toBe('running');
  });
});
