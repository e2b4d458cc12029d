/** A full disk, a reader that is stalled, nohup, no working directory, few open files: a sentence each, and the right status. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { doctorSchema } from './schemas.ts';

const around = new Surroundings();
const NAME = uniqueName('odd');
const LAB = [process.execPath, join(ROOT, 'packages/peerlab/bin/lab.js')];
const started: ChildProcess[] = [];

beforeAll(async () => {
  const line = 'topology: { generator: line, peers: 3 }\n';
  expect((await around.lab(['up', '-', '--name', NAME, '--no-verify'], line)).status).toBe(0);
});

afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await around.lab(['down', NAME]);
  around[Symbol.dispose]();
});

interface Child {
  readonly child: ChildProcess;
  /** Resolves once standard error has this. */
  readonly told: (text: string) => Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly stderr: string }>;
}

/** Starts a command whose standard output goes to that file, or into a pipe that is not read unless somebody listens. */
function start(words: readonly string[], output: number | 'pipe' = 'pipe', env: NodeJS.ProcessEnv = {}): Child {
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...around.env, ...env },
    stdio: ['ignore', output, 'pipe'],
  });
  started.push(child);
  let stderr = '';
  const look = new Set<() => void>();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const one of look) one();
  });
  return {
    child,
    told: text =>
      new Promise(resolve => {
        const one = (): void => {
          if (stderr.includes(text)) resolve();
        };
        look.add(one);
        one();
      }),
    // Not `close`: a pipe that is not read stays open.
    ended: once(child, 'exit').then(([status]) => ({ status: status as number | null, stderr })),
  };
}

const shell = (script: string): Child => start(['sh', '-c', script, 'sh', ...LAB]);

describe.runIf(process.platform === 'linux')('a result that cannot be written', () => {
  it.each([
    [['--help'], 3],
    [['inspect', NAME, '-f', 'json'], 3],
    [['inspect', 'nosuch', '-f', 'json'], 2],
  ])('is no success: lab %j', async (words, expected) => {
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = await start([...LAB, ...words], full).ended;
      if (expected === 3) {
        expect(stderr).toContain('the result could not be written to standard output: no space is left on the device');
      }
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(status).toBe(expected);
    } finally {
      closeSync(full);
    }
  });
});

describe('a reader that is stalled', () => {
  it.each([
    [['watch', NAME, '-f', 'json'], 'watching'],
    [['logs', NAME, '--follow', '-f', 'json'], undefined],
  ])('does not keep %j from ending at the first signal', async (words, sign) => {
    const run = start([...LAB, ...words]);
    if (sign === undefined) await once(run.child.stdout as NodeJS.ReadableStream, 'readable');
    else await run.told(sign);
    // More than the pipe and both its ends hold.
    for (let i = 0; i < 4; i++) {
      expect((await around.lab(['broadcast', NAME, 'n0', 'x'.repeat(60_000)])).status).toBe(0);
    }
    run.child.kill('SIGINT');
    expect((await run.ended).status).toBe(130);
  });
});

describe('nohup', () => {
  it('is respected: the end of the terminal is not that of the command', async () => {
    // As a shell starts it: `_` names what it starts.
    const run = start(['nohup', ...LAB, 'watch', NAME], 'pipe', { _: '/usr/bin/nohup' });
    await run.told('watching');
    run.child.kill('SIGHUP');
    const shown = once(run.child.stdout as NodeJS.ReadableStream, 'data');
    await around.lab(['broadcast', NAME, 'n0', 'still there']);
    expect(String(await shown)).toContain('still there');
    run.child.kill('SIGINT');
    expect((await run.ended).status).toBe(130);
  });

  it('is not assumed: without it the end of the terminal ends the command', async () => {
    const run = start([...LAB, 'watch', NAME]);
    await run.told('watching');
    run.child.kill('SIGHUP');
    expect((await run.ended).status).toBe(130);
  });
});

describe('what a command cannot do without', () => {
  it('is a working directory', async () => {
    const gone = join(around.folder, 'gone');
    mkdirSync(gone);
    const { status, stderr } = await shell(`cd '${gone}' && rmdir '${gone}' && exec "$@" ls`).ended;
    expect(stderr).toContain('the working directory no longer exists');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  it.runIf(process.platform === 'linux')('are some open files', async () => {
    const { status, stderr } = await shell('ulimit -n 32 && exec "$@" ls').ended;
    expect(stderr).toMatch(/this process may open only 32 files; lab needs \d+\n {2}raise the limit: ulimit -n/);
    expect(status).toBe(3);
  });

  it('is no folder of its own: a relative XDG_RUNTIME_DIR is ignored, and told', async () => {
    using own = new Surroundings({ XDG_RUNTIME_DIR: 'run', TMPDIR: around.folder });
    const { status, stdout } = await own.process(['doctor', '-f', 'json']);
    const { findings } = doctorSchema.parse(JSON.parse(stdout));
    expect(findings.find(({ what }) => what === 'driver local')).toMatchObject({
      ok: true,
      detail: expect.stringContaining('XDG_RUNTIME_DIR is ignored, because it is no absolute path: run'),
    });
    expect(status).toBe(0);
  });
});
