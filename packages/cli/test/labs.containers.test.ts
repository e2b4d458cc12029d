/** The command on real containers. On CI a missing engine is a failure; elsewhere the tests are skipped, with one loud line. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { downSchema, inspectSchema, lsSchema, messageSchema, upSchema } from './schemas.ts';

const engine = await requireEngine();

// The engine is the one that the environment names; local labs are kept apart.
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const made = new Set<string>();

afterAll(async () => {
  for (const name of made) await around.lab(['down', name]);
  around[Symbol.dispose]();
}, 120_000);

/** A name for a lab of this file, removed at the end whatever happens. */
function labName(what: string): string {
  const name = uniqueName(what);
  made.add(name);
  return name;
}

/** What the engine itself has of a lab: containers in any state, and networks. */
function leftovers(lab: string): readonly string[] {
  const filter = ['--filter', `label=dev.peerlab.lab=${lab}`, '--format'];
  const containers = execFileSync('docker', ['ps', '--all', ...filter, '{{.Names}}'], { encoding: 'utf8' });
  const networks = execFileSync('docker', ['network', 'ls', ...filter, '{{.Name}}'], { encoding: 'utf8' });
  return `${containers}${networks}`.split('\n').filter(line => line !== '');
}

/** With numbered peers, and with names. That every small topology passes on containers: packages/peerlab/test/parity. */
const LABS: readonly (readonly [file: string, peers: number, links: number])[] = [
  ['ring-20', 20, 20],
  ['custom-chat', 6, 7],
];

describe(`labs on containers: ${engine}`, { timeout: 120_000 }, () => {
  it.each(LABS)(
    '%s: every peer a container with its own address, all proven, then nothing',
    async (file, peers, links) => {
      const name = labName(file);
      const { status, document } = await around.json(['up', `topologies/${file}.yaml`, '--name', name]);
      const lab = upSchema.parse(document);
      expect([status, lab.passed, lab.driver]).toEqual([0, true, 'docker']);
      expect(lab.checks.map(check => [check.name, check.verdict])).toEqual([
        ['links', 'proven'],
        ['broadcast', 'proven'],
        ['ttl', 'proven'],
        ['dm', 'proven'],
      ]);
      expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(peers);
      expect(new Set(lab.peers.map(({ containerId }) => containerId)).size).toBe(peers);
      expect(lab.links).toHaveLength(links);
      expect(lab.network.internal).toBe(true);
      expect(Object.keys(lab.timings)).toEqual(['image', 'network', 'peers', 'links', 'broadcast', 'ttl', 'dm']);
      expect(leftovers(name)).toHaveLength(peers + 1);
      const [first, second] = [lab.peers[0]?.name ?? '', lab.peers[1]?.name ?? ''];
      const message = messageSchema.parse((await around.json(['dm', name, first, second, 'hi'])).document);
      expect(message.received.map(({ peer }) => peer)).toEqual([second]);
      const { removed } = downSchema.parse((await around.json(['down', name])).document);
      expect(removed).toEqual([{ lab: name, driver: 'docker', peers }]);
      expect(leftovers(name)).toEqual([]);
    },
  );

  it('two labs at once do not hear each other, and go one by one', async () => {
    const names = [labName('left'), labName('right')];
    // Two containers each: what is told apart are networks.
    const words = ['up', 'topologies/custom-chat.yaml', '--pack', '3', '--name'];
    const ups = await Promise.all(names.map(async name => await around.process([...words, name, '-f', 'json'])));
    const labs = ups.map(({ stdout }) => upSchema.parse(JSON.parse(stdout)));
    expect(labs.map(({ passed }) => passed)).toEqual([true, true]);
    expect(new Set(labs.map(({ network }) => network.subnet)).size).toBe(2);
    const [left = '', right = ''] = names;
    const { received } = messageSchema.parse((await around.json(['broadcast', left, 'alice', 'hello'])).document);
    expect(received.map(({ peer }) => peer).sort()).toEqual(['bob', 'carol', 'dave', 'erin', 'frank']);
    await around.lab(['down', left]);
    expect(leftovers(left)).toEqual([]);
    expect(inspectSchema.parse((await around.json(['inspect', right])).document).links?.up).toBe(7);
    await around.lab(['down', right]);
    expect(leftovers(right)).toEqual([]);
  });

  it('is repaired after a container was killed, and proven again', async () => {
    const name = labName('heal');
    const words = ['up', 'topologies/custom-chat.yaml', '--name', name];
    const before = upSchema.parse((await around.json(words)).document);
    execFileSync('docker', ['kill', before.peers[3]?.containerId ?? ''], { stdio: 'ignore' });
    const broken = await around.json(['inspect', name]);
    expect(broken.status).toBe(1);
    const { status, document } = await around.json(words);
    expect([status, upSchema.parse(document).passed]).toEqual([0, true]);
    await around.lab(['down', name]);
    expect(leftovers(name)).toEqual([]);
  });

  it.each(['driver docker', '✔ network', '✔ peers'])('Ctrl-C during up, after "%s", leaves nothing', async moment => {
    const name = labName('stop');
    const run = around.start(['up', 'topologies/custom-chat.yaml', '--name', name]);
    await run.printed(moment);
    run.signal('SIGINT');
    expect((await run.ended).status).toBe(130);
    expect(leftovers(name)).toEqual([]);
    const { labs } = lsSchema.parse((await around.json(['ls'])).document);
    expect(labs.map(lab => lab.name)).not.toContain(name);
  });

  it('catches a peer in a container whose program drops relays', async () => {
    const name = labName('sab');
    const program = join(ROOT, 'packages/saboteurs/dist/drops-relays.mjs');
    const words = [
      'up',
      'topologies/custom-chat.yaml',
      '--name',
      name,
      '--program',
      `carol=${program}`,
      '--pack',
      '5',
      '--security',
      'open',
    ];
    const { status, document } = await around.json(words);
    const { checks } = upSchema.parse(document);
    expect(status).toBe(1);
    expect(checks.find(check => check.name === 'broadcast')?.explanations[0]?.culprit).toBe('carol');
    await around.lab(['down', name]);
    expect(leftovers(name)).toEqual([]);
  });
});
