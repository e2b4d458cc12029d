/** Labs whose peers are programs of the user's own, as processes. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { compareSchema, inspectSchema, upSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

// The project's own peer, as a user's program would stand beside the topology.
copyFileSync(join(ROOT, 'packages/node/dist/peer.mjs'), join(around.folder, 'mine.mjs'));

function file(kind: string, peers = 4): string {
  const path = join(around.folder, `${uniqueName('kinds')}.yaml`);
  writeFileSync(path, `topology: { generator: ring, peers: ${peers} }\nkinds: { mine: ${kind} }\n`);
  return path;
}

describe('a lab of kinds', () => {
  it("mixes a program beside the topology file with the project's own peer, and is proven", async () => {
    const path = file('{ command: node mine.mjs, peers: 2, volumes: [/data], memory: 64MiB }');
    const { status, stdout, stderr } = await around.lab(['up', path, '-f', 'json']);
    const lab = upSchema.parse(JSON.parse(stdout));
    expect([status, lab.passed]).toEqual([0, true]);

    const note = /^no effect on local: memory: \(n0, n2\); local peers are processes/;
    expect(stderr).toMatch(new RegExp(note.source.slice(1), 'm'));
    const inspected = inspectSchema.parse((await around.json(['inspect', lab.lab])).document);
    expect(inspected.needs).toEqual(
      ['n0', 'n2'].map(peer => ({ peer, volumes: ['/data'], memoryBytes: 64 * 1024 ** 2 })),
    );
    expect(inspected.notes).toEqual([
      expect.stringMatching(note),
      'links are open, since the kind mine does not say what its program speaks (security:)',
    ]);
    expect(stderr).toContain(inspected.notes[1]);
  });

  it('names a program that is not there, and leaves nothing', async () => {
    const { status, stderr } = await around.lab(['up', file('{ command: node nothing.mjs, peers: 1 }')]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/the peer n0 of .* exited with status 1 before it was ready/);
    expect(stderr).toContain('nothing.mjs');
  });

  it('keeps what failed, where that is asked for, and what the peer printed', async () => {
    const path = file('{ command: node nothing.mjs, peers: 1 }');
    const up = await around.lab(['up', path, '--keep']);
    const [, name = ''] = /lab down (\S+)/.exec(up.stderr) ?? [];
    expect([up.status, up.stderr]).toEqual([3, expect.stringContaining(`${name} is kept as it is`)]);
    const logs = await around.lab(['logs', name, 'n0']);
    expect(logs.stdout).toContain('nothing.mjs');
    expect((await around.lab(['down', name])).status).toBe(0);

    const artifacts = join(around.folder, 'evidence');
    expect((await around.lab(['test', path, '--artifacts', artifacts])).status).toBe(3);
    const [bundle = ''] = readdirSync(artifacts);
    expect(readFileSync(join(artifacts, bundle, 'logs', 'n0.log'), 'utf8')).toContain('nothing.mjs');
  });

  it('refuses an image as a process, and any program in virtual time', async () => {
    const image = await around.lab(['up', file('{ image: some/where, peers: 1 }')]);
    expect(image.status).toBe(2);
    expect(image.stderr).toContain('the kind mine, of n0, is an image, not a process');
    const simulated = await around.lab(['up', file('{ command: x, peers: 1 }'), '--driver', 'simulation']);
    expect(simulated.status).toBe(2);
    expect(simulated.stderr).toContain('n0 has the kind mine, which cannot be simulated');
    expect(simulated.stderr).toContain('use --driver local or docker');
  });

  it('is compared kind by kind', async () => {
    const words = ['--runs', '1', '--broadcasts', '20', '--driver', 'local'];
    const path = file('{ command: node mine.mjs }');
    const { status, document } = await around.json(['compare', path, ...words]);
    const { variants } = compareSchema.parse(document);
    expect([status, variants.map(({ title, verdict }) => [title, verdict])]).toEqual([
      0,
      [
        ['peerlab', 'proven'],
        ['mine', 'proven'],
      ],
    ]);
    const wrong = await around.lab(['compare', path, '--vary', 'kind=mien', ...words]);
    expect(wrong.stderr).toMatch(/has no kind "mien"\n.*did you mean "mine"\?/);
  });
});
