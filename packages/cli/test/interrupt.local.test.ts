import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { processesOf, Surroundings, uniqueName } from './run-lab.ts';
import { lsSchema, upSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

// Its links and floods take long enough that a signal at any of these moments comes while `up` is at work.
const DENSE = 'topology: { generator: full, peers: 16 }\nname: dense\n';

describe('Ctrl-C during up', () => {
  it.each(['driver local', '✔ network', '✔ peers', '✔ links'])('leaves nothing, after "%s"', async moment => {
    const name = uniqueName('stop');
    const run = around.start(['up', '-', '--name', name], DENSE);
    await run.printed(moment);
    run.signal('SIGINT');
    const { status, stderr } = await run.ended;
    expect(stderr).toContain('stopping');
    expect(status).toBe(130);
    expect(processesOf(name)).toEqual([]);
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toEqual([]);
  });

  it('a second one ends it at once, and says what may be left and how to remove it', async () => {
    const name = uniqueName('twice');
    const run = around.start(['up', '-', '--name', name], DENSE);
    await run.printed('✔ network');
    run.signal('SIGINT');
    await run.printed('stopping');
    run.signal('SIGINT');
    const { status, stderr } = await run.ended;
    expect(status).toBe(130);
    // The roll-back may have ended between the two signals.
    if (stderr.includes('stopped at once')) expect(stderr).toContain(`lab down ${name}`);
    await around.lab(['down', name]);
    expect(processesOf(name)).toEqual([]);
  });

  it('leaves a lab that ran before as it was', async () => {
    const name = uniqueName('keep');
    const words = ['up', '-', '--name', name];
    expect((await around.lab([...words, '--no-verify'], DENSE)).status).toBe(0);
    const run = around.start(words, DENSE);
    await run.printed('✔ links');
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(130);
    const { labs } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs).toMatchObject([{ name, running: 16 }]);
    await around.lab(['down', name]);
  });

  it('a reader that goes does not stop up halfway', async () => {
    const name = uniqueName('pipe');
    const run = around.start(['up', 'topologies/line-5.yaml', '--name', name]);
    await run.printed('driver local');
    run.closeStdout();
    expect((await run.ended).status).toBe(0);
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toMatchObject([{ name, running: 5 }]);
    await around.lab(['down', name]);
  });
});

describe('an error that nobody caught', () => {
  /** Throws, out of nowhere, as soon as that text has been printed. */
  const thrownAfter = (text: string): string => {
    const code = `
      const write = process.stderr.write, out = process.stdout.write;
      const spy = original => function (chunk, ...rest) {
        if (String(chunk).includes(${JSON.stringify(text)})) setImmediate(() => { throw new Error('a defect of the test'); });
        return original.call(this, chunk, ...rest);
      };
      process.stderr.write = spy(write);
      process.stdout.write = spy(out);`;
    return `--import data:text/javascript,${encodeURIComponent(code)}`;
  };

  it.each(['driver local', '✔ network', '✔ peers', '✔ links'])('leaves nothing of an up, after "%s"', async moment => {
    const name = uniqueName('defect');
    using faulty = new Surroundings({ NODE_OPTIONS: thrownAfter(moment) });
    const { status, stderr } = await faulty.start(['up', '-', '--name', name], DENSE).ended;
    expect(stderr).toContain('stopping after an unexpected error');
    expect(stderr).toContain('✖ an unexpected error: a defect of the test');
    expect(status).toBe(3);
    expect(processesOf(name)).toEqual([]);
    expect(readdirSync(join(faulty.folder, 'peerlab'))).toEqual([]);
  });
});

describe('up with a peer that cannot run', () => {
  it('says which and why, and leaves nothing', async () => {
    const name = uniqueName('dead');
    const words = ['up', 'topologies/line-5.yaml', '--name', name, '--program', 'n3=/bin/false'];
    const { status, stderr } = await around.lab(words);
    expect(stderr).toContain('n3');
    expect(status).toBe(3);
    expect(processesOf(name)).toEqual([]);
    expect((await around.lab(['inspect', name])).status).toBe(2);
  });
});

describe('up --no-verify', () => {
  it('makes the links, and proves them alone', async () => {
    const name = uniqueName('quick');
    const { document } = await around.json(['up', 'topologies/line-5.yaml', '--name', name, '--no-verify']);
    await around.lab(['down', name]);
    expect(upSchema.parse(document).checks.map(check => [check.name, check.verdict])).toEqual([
      ['links', 'proven'],
      ['broadcast', 'not-proven'],
      ['ttl', 'not-proven'],
      ['dm', 'not-proven'],
    ]);
  });
});

describe('up --driver simulation', () => {
  it('proves the topology, leaves no lab, and does the very same again', async () => {
    const words = ['up', 'topologies/grid-5x5.yaml', '--driver', 'simulation'];
    const runs = [await around.json(words), await around.json(words)];
    const [first, second] = runs.map(({ document }) => upSchema.parse(document));
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect([first?.passed, first?.driver, first?.peers.length]).toEqual([true, 'simulation', 25]);
    expect(second?.simulation).toEqual(first?.simulation);
    expect(lsSchema.parse((await around.json(['ls'])).document).labs).toEqual([]);
  });
});
