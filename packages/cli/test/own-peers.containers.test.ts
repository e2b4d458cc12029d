/** Peers of one's own in containers, without a registry: what `lab init` writes, and the peer in Python beside the project's. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, describe, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';
import { conformSchema, upSchema } from './schemas.ts';

await requireEngine();

const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const folder = mkdtempSync(join(tmpdir(), 'own-peers-'));
const made: string[] = [];

afterAll(async () => {
  for (const name of made) await around.lab(['down', name]);
  around[Symbol.dispose]();
  rmSync(folder, { recursive: true });
}, 120_000);

async function up(file: string, what: string) {
  const name = uniqueName(what);
  made.push(name);
  const { status, document } = await around.json(['up', file, '--driver', 'docker', '--name', name]);
  return { name, status, ...upSchema.parse(document) };
}

describe('peers of one’s own in containers', { timeout: 180_000 }, () => {
  it.each(['js', 'python'])('are proven as lab init --language %s writes them', async language => {
    const path = join(folder, language);
    await around.lab(['init', path, '--language', language]);
    const { name, status, passed, peers } = await up(join(path, 'ring-3.yaml'), language);
    expect([status, passed, peers.length]).toEqual([0, true, 3]);
    // Each container runs as somebody without rights, on a root that cannot be written.
    const ids = execFileSync('docker', ['ps', '-q', '--filter', `label=dev.peerlab.lab=${name}`], { encoding: 'utf8' });
    const facts = execFileSync(
      'docker',
      ['inspect', '--format', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}', ...ids.split('\n').filter(Boolean)],
      { encoding: 'utf8' },
    );
    expect(facts.trim().split('\n')).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/^[1-9][\d:]* true$/)),
    );
  });

  it('keep the contract as images, which is found clause by clause', async () => {
    const { name } = await up(join(folder, 'js/ring-3.yaml'), 'image');
    const filter = ['ps', '-q', '--filter', `label=dev.peerlab.lab=${name}`];
    const [id = ''] = execFileSync('docker', filter, { encoding: 'utf8' }).split('\n');
    const inspect = ['inspect', '--format', '{{.Image}}', id];
    const base = execFileSync('docker', inspect, { encoding: 'utf8' }).trim();
    const reference = `peerlab/test-own:${name}`;
    // What a Dockerfile of the user's would do: the same files, and an entry point.
    execFileSync('docker', ['build', '-q', '-t', reference, '-'], {
      input: `FROM ${base}\nENTRYPOINT ["/usr/local/bin/node", "peer.mjs"]\n`,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      const words = ['conform', '--timeout', '20000', '-f', 'json', '--image', reference];
      const { clauses, passed, node } = conformSchema.parse(JSON.parse((await around.lab(words)).stdout));
      const others = clauses.filter(({ verdict, isAnnounced }) => verdict !== 'proven' && isAnnounced);
      expect([passed, node?.name, others.map(({ id: clause }) => clause)]).toEqual([true, 'my-peer', ['end.lasting']]);
    } finally {
      execFileSync('docker', ['image', 'rm', reference]);
    }
  });
});
