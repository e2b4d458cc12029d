/**
 * A program that names its own messages, is told its group once, and is asked what it is known by, on processes: the keys of
 * `program:` that programs.local.test.ts does not use. Half of the peers are ready by a port and heard by a second program, half
 * by a command and by what they print.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
const name = uniqueName('ledger');
const path = join(around.folder, `${name}.yaml`);
copyFileSync(join(ROOT, 'packages/program/test/ledger.mjs'), join(around.folder, 'ledger.mjs'));

/** What a kind is like, beside what both have. */
interface KindOfLedger {
  readonly config: object;
  readonly facts: string;
  readonly program: string;
}

const kind = ({ config, facts, program }: KindOfLedger): string => String.raw`
    peers: 2
    volumes: [/data]
    write:
      "{data}/config.json": '{ "name": "{name}", "group": "{lab}", "address": "{address}:{port}", "data": "{data}", "more": ${JSON.stringify(config)} }'
    facts: { key: { run: ${facts}, match: '(?<value>\w+)$' } }
    program:
      run: node ledger.mjs serve {data}/config.json
      members: { run: 'node ledger.mjs members {address}:{port}', match: '^(?<peer>\S+) up' }
      broadcast: node ledger.mjs add {address}:{port} {message}
      key: added block (?<key>\w+)
      received: ^stored block (?<key>\w+)
      probe: { run: 'node ledger.mjs check {address}:{port} {to.address}:{to.port} {to.key}', match: '{to.key}' }
      ${program}`;

const TOPOLOGY = `
name: ${name}
topology: { peers: 4, links: own }
kinds:
  heard:${kind({
    config: { opensAfterMs: 1500, loadsMs: 0, isQuiet: true },
    facts: "'cat {data}/key'",
    program: 'ready: { port: "{port}" }\n      listen: node ledger.mjs tail {address}:{port}',
  })}
  printing:${kind({
    config: { opensAfterMs: 0, loadsMs: 1500, isQuiet: false },
    facts: "'node ledger.mjs key {address}:{port}'",
    program: "ready: { run: 'node ledger.mjs status {address}:{port}', match: '^{name} of {lab}$' }",
  })}
setup: { on: n0, run: 'node ledger.mjs found {address}:{port} {all: %a:%p}', match: founded }
`;

interface Check {
  readonly name: string;
  readonly verdict: string;
  readonly observed: string;
}

const verdictsOf = (checks: readonly Check[]): string[] =>
  checks.map(({ name: check, verdict, observed }) => [check, verdict, observed.split('; ')[0]].join(': '));

beforeAll(() => writeFileSync(path, TOPOLOGY));
afterAll(async () => {
  await around.lab(['down', name]);
  around[Symbol.dispose]();
});

describe('a ledger', () => {
  it('comes up: configured, ready, told its group, asked for its keys, and heard', async () => {
    const { status, stdout, stderr } = await around.lab(['up', path, '--driver', 'local', '-f', 'json']);
    expect(stderr).not.toContain('✖');
    expect(verdictsOf(JSON.parse(stdout).checks)).toEqual([
      'links: proven: 4 peers, connected',
      'broadcast: proven: 4 origins x 3 receivers: 12 of 12, each once',
      'ttl: not-proven: no broadcast with a TTL was sent',
      'dm: not-proven: no direct message was sent',
      'probe: proven: 12 of 12 pairs',
    ]);
    expect(status).toBe(0);
  });

  it('is heard by another command, whose message it names as well', async () => {
    const { status, document } = await around.json(['broadcast', name, 'n3', 'from another process']);
    const { verdict, received, due } = Object(document);
    expect([status, verdict, due]).toEqual([0, 'proven', ['n0', 'n1', 'n2']]);
    expect(received.map(({ peer }: { peer: string }) => peer).sort()).toEqual(['n0', 'n1', 'n2']);
  });
});
