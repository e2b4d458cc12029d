/** Pages of labs, as the command opens them: `ui`, `up --ui`, `demo`, `replay`. What the server refuses is tested with it. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { readTrace } from '@peerlab/trace';
import { afterAll, describe, expect, it } from 'vitest';
import { livePage } from './live-page.ts';
import { processesOf, Surroundings, uniqueName } from './run-lab.ts';
import { lsSchema } from './schemas.ts';

const around = new Surroundings();
const RING = 'topologies/ring-20.yaml';

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describe('lab ui', () => {
  const name = uniqueName('shown');

  it('shows a lab that runs, acts on it, hears what others do to it, and leaves it running', async () => {
    expect((await around.lab(['up', RING, '--name', name, '--no-verify'])).status).toBe(0);
    const run = around.start(['ui', name]);
    {
      await using page = await livePage(run);
      expect([page.header.lab, page.header.linksUp.length, page.header.clock]).toEqual([name, 20, 'wall']);
      await run.printed('the page shows');
      expect(await page.act({ do: 'broadcast', from: 'n0', text: 'hello', ttl: 3 })).toMatchObject({
        ok: true,
        verdict: 'proven',
        text: 'n0 reached 6 of 6; 6 frames, predicted 6',
        command: `lab broadcast ${name} n0 hello --ttl 3`,
      });
      const outcome = await page.until('a verdict', ({ event }) => event === 'message');
      expect(outcome).toMatchObject({ from: 'n0', ttl: 3, frames: 6, verdict: 'proven' });
      await around.lab(['broadcast', name, 'n5', 'from elsewhere']);
      await page.until(
        'a copy of what another command sent',
        event => event.event === 'received' && event.payload === 'from elsewhere',
      );
      await around.lab(['link', 'down', name, 'n7', 'n8']);
      const cut = await page.until('the cut', ({ event }) => event === 'fault');
      expect(cut).toMatchObject({ kind: 'link-down', links: [['n7', 'n8']], text: 'n7-n8 cut by another command' });
      expect(await page.act({ do: 'broadcast', from: 'n7', text: 'around' })).toMatchObject({
        text: 'n7 reached 19 of 19; 19 frames, predicted 19',
      });
      await around.lab(['link', 'up', name, 'n7', 'n8']);
      await page.until(
        'the link',
        event => event.event === 'heal' && event.text === 'n7-n8 restored by another command',
      );
      expect(await page.act({ do: 'fault', fault: { verb: 'kill', peers: ['n3'] } })).toMatchObject({
        ok: true,
        text: 'killed n3',
      });
      await page.until(
        'the death of n3',
        event => event.event === 'peer-state' && event.name === 'n3' && event.state === 'stopped',
      );
      expect(await page.act({ do: 'heal' })).toMatchObject({ ok: true });
      expect(await page.act({ do: 'verify' })).toMatchObject({ verdict: 'proven', text: '4 claims proven' });
      run.signal('SIGINT');
      await page.until('the end', ({ event }) => event === 'end');
    }
    expect((await run.ended).status).toBe(130);
    const { labs } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs).toMatchObject([{ name, running: 20 }]);
  });

  it('takes the only running lab, and records what it shows in a file', async () => {
    const file = join(around.folder, 'ui.trace.jsonl');
    const run = around.start(['ui', '--record', file]);
    await using page = await livePage(run);
    expect(page.header.lab).toBe(name);
    await run.printed('the page shows');
    expect(await page.act({ do: 'broadcast', from: 'n1', text: 'kept' })).toMatchObject({ verdict: 'proven' });
    run.signal('SIGTERM');
    const { stderr } = await run.ended;
    expect(stderr).toContain(`lab replay ${file}`);
    const { events, cutOff } = readTrace(readFileSync(file, 'utf8'));
    expect(cutOff).toBeUndefined();
    expect(events.filter(({ event }) => event === 'received')).toHaveLength(19);
  });

  it('opens at the port and with the token that a page knows already', async () => {
    const token = 'a-token-of-the-test';
    using known = new Surroundings({ PEERLAB_UI_TOKEN: token, XDG_RUNTIME_DIR: around.folder });
    const first = known.start(['ui', name]);
    const { port } = new URL((await livePage(first)).url);
    first.signal('SIGINT');
    await first.ended;
    const again = known.start(['ui', name, '--port', port]);
    expect((await livePage(again)).url).toBe(`http://127.0.0.1:${port}/?token=${token}`);
    again.signal('SIGINT');
    await again.ended;
  });

  it('says what it cannot do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    const address = await new Promise<unknown>(resolve => taken.on('listening', () => resolve(taken.address())));
    const port = String(Reflect.get(Object(address), 'port'));
    const busy = await around.lab(['ui', name, '--port', port]);
    taken.close();
    expect([busy.status, busy.stderr]).toEqual([2, expect.stringContaining(`port ${port} is not available`)]);
    using weak = new Surroundings({ PEERLAB_UI_TOKEN: 'short', XDG_RUNTIME_DIR: around.folder });
    expect((await weak.process(['ui', name])).stderr).toContain('at least 16');
    using empty = new Surroundings();
    expect((await empty.process(['ui'])).stderr).toContain('start one with lab demo');
  });
});

describe('lab up --ui', () => {
  it('shows a simulation from its first link on, and lets its time pass', async () => {
    const run = around.start(['up', RING, '--driver', 'simulation', '--ui']);
    await using page = await livePage(run);
    expect([page.header.clock, page.header.linksUp]).toEqual(['virtual', []]);
    await page.until('a link', ({ event }) => event === 'link-up');
    await page.until('the check dm', event => event.event === 'check' && event.name === 'dm');
    await run.printed('the page shows ring-20');
    const half = Array.from({ length: 10 }, (_, i) => `n${i}`);
    expect(await page.act({ do: 'fault', fault: { verb: 'partition', groups: [half] } })).toMatchObject({ ok: true });
    expect(await page.act({ do: 'verify' })).toMatchObject({
      verdict: 'failed',
      text: expect.stringContaining('links'),
    });
    const check = await page.until(
      'a check that fails',
      event => event.event === 'check' && event.verdict === 'failed',
    );
    expect(check).toMatchObject({ name: 'links', explanations: [expect.anything(), expect.anything()] });
    expect(await page.act({ do: 'pass', ms: 60_000 })).toMatchObject({ ok: true });
    expect(await page.act({ do: 'heal' })).toMatchObject({ ok: true, text: 'healed: 20 links are up' });
    expect(await page.act({ do: 'verify' })).toMatchObject({ verdict: 'proven' });
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(0);
  });
});

describe('lab demo', () => {
  it('floods a ring of twenty by itself, and leaves nothing', async () => {
    const run = around.start(['demo', '--driver', 'local', '--every', '1']);
    await using page = await livePage(run);
    const { lab } = page.header;
    const isJudged = ({ event }: { readonly event: string }): boolean => event === 'message';
    expect(await page.until('a verdict', isJudged)).toMatchObject({
      frames: 21,
      due: { length: 19 },
      verdict: 'proven',
    });
    expect(await page.until('a verdict', isJudged)).toMatchObject({
      frames: 6,
      ttl: 3,
      due: { length: 6 },
      verdict: 'proven',
    });
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(130);
    expect(processesOf(lab)).toEqual([]);
  });

  it('leaves nothing when it is killed', async () => {
    const run = around.start(['demo', '--driver', 'local', '--every', '1']);
    await using page = await livePage(run);
    const { lab } = page.header;
    await page.until('a verdict', ({ event }) => event === 'message');
    expect(processesOf(lab).length).toBeGreaterThan(0);
    run.signal('SIGKILL');
    await run.ended;
    await expect.poll(() => processesOf(lab), { timeout: 20_000 }).toEqual([]);
  });
});

describe('a recording', () => {
  const file = join(around.folder, 'ring.trace.jsonl');
  const html = join(around.folder, 'ring.html');

  it('of a simulation is replayed line by line, and takes no actions', async () => {
    await around.lab(['up', RING, '--driver', 'simulation', '--record', file]);
    const recorded = readTrace(readFileSync(file, 'utf8'));
    const run = around.start(['replay', file]);
    await using page = await livePage(run);
    expect(page.header).toEqual(recorded.header);
    for (const event of recorded.events) expect(await page.until('an event', () => true)).toEqual(event);
    expect(await page.act({ do: 'verify' })).toMatchObject({ ok: false, error: 'a recording cannot be changed' });
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(130);
  });

  it('is exported whole into one page', async () => {
    expect((await around.lab(['export', file, '--html', html])).status).toBe(0);
    const page = readFileSync(html, 'utf8');
    const inside = /<script type="application\/x-ndjson" id="trace">([^<]*)<\/script>/.exec(page)?.[1] ?? '';
    expect(readTrace(inside.trimStart())).toEqual(readTrace(readFileSync(file, 'utf8')));
  });

  it('gives a still picture of a message: by default of the one that reached most', async () => {
    const svg = join(around.folder, 'tree.svg');
    expect((await around.lab(['export', file, '--svg', svg])).status).toBe(0);
    const tree = readFileSync(svg, 'utf8');
    expect(tree).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(tree.match(/<circle/g)).toHaveLength(20);
    const again = ['export', file, '--svg', svg, '--force', '--message', '999'];
    expect((await around.lab(again)).stderr).toContain('messages');
  });

  it.each([['replay'], ['export', '--force', '--html', html]])(
    'is refused where it is none: %s',
    async (verb, ...more) => {
      const { status, stderr } = await around.lab([verb, RING, ...more]);
      expect([status, stderr]).toEqual([2, expect.stringContaining('this is not a recording of a lab')]);
      expect((await around.lab([verb, 'nowhere.jsonl', ...more])).status).toBe(2);
    },
  );
});
