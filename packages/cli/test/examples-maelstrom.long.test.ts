/** examples/maelstrom: nodes that know nothing of the lab, run by the bridge. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { faultSchema, messageSchema, upSchema } from './schemas.ts';

const EXAMPLE = join(ROOT, 'examples/maelstrom');
const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

/** A node that sends a broadcast to every node there is, whatever the topology, and keeps what it gets twice twice. */
const CARELESS = `
const { createInterface } = require('node:readline');
let self, all, next = 0;
const messages = [];
const send = (dest, body) => console.log(JSON.stringify({ src: self, dest, body }));
createInterface({ input: process.stdin }).on('line', line => {
  const { src, body } = JSON.parse(line);
  if (body.type === 'init') [self, all] = [body.node_id, body.node_ids];
  if (body.type === 'broadcast') {
    messages.push(body.message);
    if (src.startsWith('c')) for (const dest of all) if (dest !== self) send(dest, { type: 'broadcast', message: body.message });
    if (src === 'n0') messages.push(body.message);
  }
  if (body.msg_id) send(src, { type: body.type + '_ok', in_reply_to: body.msg_id, messages });
});
`;

describe('Maelstrom nodes', () => {
  it('are proven in a grid, also after one was killed and is back', async () => {
    const name = uniqueName('grid');
    const words = ['up', join(EXAMPLE, 'grid.yaml'), '--name', name, '--driver', 'local'];
    const { status, document } = await around.json(words);
    const { passed, checks } = upSchema.parse(document);
    expect([status, passed]).toEqual([0, true]);
    expect(checks.find(check => check.name === 'broadcast')?.observed).toContain('72 of 72, each once');
    await around.lab(['fault', 'kill', name, 'n4']);
    expect(faultSchema.parse((await around.json(['fault', 'heal', name])).document).recovery?.links).toBe(12);
    const message = messageSchema.parse((await around.json(['broadcast', name, 'n0', 'hello'])).document);
    expect([message.verdict, message.received.length]).toEqual(['not-proven', 8]);
  });

  it('reach each other along links alone; what a node has twice is delivered twice', async () => {
    const name = uniqueName('careless');
    const node = join(around.folder, 'careless.cjs');
    const file = join(around.folder, `${name}.yaml`);
    writeFileSync(node, CARELESS);
    writeFileSync(
      file,
      `topology: { generator: line, peers: 3 }
kinds: { mine: { command: [node, ${join(EXAMPLE, 'bridge.js')}, node, ${node}], env: { NODE_IDS: n0 n1 n2 } } }
defaults: { kind: mine }
`,
    );
    expect((await around.lab(['up', file, '--no-verify', '--driver', 'local'])).status).toBe(0);
    const { missed, explanations } = messageSchema.parse(
      (await around.json(['broadcast', name, 'n0', 'hello'])).document,
    );
    expect(missed).toEqual(['n2']);
    expect(explanations.map(({ kind, culprit }) => [kind, culprit])).toContainEqual(['twice', 'n1']);
    expect((await around.lab(['logs', name, 'n0'])).stdout).toContain('no link to n2');
  });
});
