/** A program that knows nothing of labs, as processes: described in a topology file, and proven by what it does. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

copyFileSync(join(ROOT, 'packages/program/test/chat.mjs'), join(around.folder, 'chat.mjs'));

it('is linked, broadcasts, is killed and comes back, and is heard all the time', async () => {
  const path = join(around.folder, `${uniqueName('chat')}.yaml`);
  writeFileSync(
    path,
    String.raw`
topology: { peers: 4, links: own }
defaults: { kind: chat }
kinds:
  chat:
    program:
      run: node chat.mjs serve {address}:{port}
      ready: { log: serving at }
      join: node chat.mjs join {address}:{port} {first.address}:{first.port}
      members: { run: 'node chat.mjs members {address}:{port}', match: '^(?<peer>\S+)$' }
      broadcast: node chat.mjs say {address}:{port} {message}
      received: '^received (?<message>\S+)'
scenario:
  - expect: { converged: all, within: 20s }
  - broadcast: n0
    expect: { reaches: all, within: 20s }
  - fault: { kill: n0 }
  - expect: { converged: all, members: [n1..n3], within: 20s }
  - broadcast: n1
    expect: { reaches: [n2, n3], within: 20s }
  - heal: { within: 40s, checks: [links] }
  - expect: { converged: all, degree: 3, within: 20s }
`,
  );
  const { status, stdout } = await around.lab(['test', path, '--driver', 'local', '-f', 'json']);
  const [lab] = JSON.parse(stdout).labs;
  const verdicts = lab.steps.map((step: { claim: string; verdict: string; observed: string }) =>
    step.verdict === 'proven' ? 'proven' : `${step.claim}: ${step.observed}`,
  );
  expect(verdicts).toEqual(Array.from({ length: 7 }, () => 'proven'));
  expect(status).toBe(0);
});
