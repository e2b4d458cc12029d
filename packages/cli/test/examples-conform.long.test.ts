/** The programs of examples/ before `lab conform`: who keeps the contract, and which clauses the tutorial's peer breaks. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings } from './run-lab.ts';
import { conformSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const example = (path: string): string => join(ROOT, 'examples', path);
const TUTORIAL = ['node', example('tutorial-peer/peer.js')];

async function broken(program: readonly string[], clauses: readonly string[] = []): Promise<string[]> {
  const only = clauses.flatMap(id => ['--clause', id]);
  const { stdout } = await around.lab(['conform', '--timeout', '20000', '-f', 'json', ...only, '--', ...program]);
  return conformSchema
    .parse(JSON.parse(stdout))
    .clauses.flatMap(({ id, verdict }) => (verdict === 'failed' ? [id] : []));
}

describe('lab conform', { timeout: 120_000 }, () => {
  it.each([
    ['maelstrom', ['node', example('maelstrom/bridge.js'), 'node', example('maelstrom/node.js')]],
    ['the mended tutorial-peer', ['env', 'MENDED=own,ttl,framing,refused,twins', ...TUTORIAL]],
  ])('finds nothing in %s', async (_, program) => {
    expect(await broken(program)).toEqual([]);
  });

  it("names what the tutorial's peer breaks: a refused connection, its own message, }{ in a text", async () => {
    const all = ['connect.failed', 'connect.link', 'broadcast.reach', 'broadcast.payload', 'broadcast.once'];
    expect(await broken(TUTORIAL, all)).toEqual(all.filter(id => id !== 'connect.link'));
  });
});
