/** Runs the command in surroundings of its own: in the test's process, or as a process where that is the point. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Ended } from './ended.ts';
import { runHere } from './run-here.ts';

/** The project's root: the working directory of every run. */
export const ROOT: string = resolve(import.meta.dirname, '../../..');
const BINARY = join(ROOT, 'packages/peerlab/bin/lab.js');

/** How long a test waits for something that must happen, in milliseconds. */
const BOUND_MS = 60_000;

/** A run that goes on. */
export interface Running {
  /**
   * Resolves once the text has been printed on either stream, with the line that it is in; rejects when the process ends
   * first.
   */
  printed(text: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Nobody reads its standard output any more. */
  closeStdout(): void;
  readonly ended: Promise<Ended>;
}

/** Where labs are kept apart from those of the machine. */
export class Surroundings implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'lab-'));
  readonly env: NodeJS.ProcessEnv;
  /** Runs that go on: a test that failed may have left one. */
  readonly #running: Set<ChildProcess> = new Set();

  /** @param env in addition; without a docker host of its own there is no engine, and no command asks for one */
  constructor(env: NodeJS.ProcessEnv = {}) {
    const { FORCE_COLOR: _, NO_COLOR: __, CI: ___, ...inherited } = process.env;
    const isWithEngine = 'DOCKER_HOST' in env;
    this.env = {
      ...inherited,
      XDG_RUNTIME_DIR: this.folder,
      XDG_CONFIG_HOME: this.folder,
      DOCKER_HOST: `unix://${join(this.folder, 'no-engine.sock')}`,
      ...(isWithEngine ? {} : { PEERLAB_DRIVERS: '-docker' }),
      ...env,
    };
  }

  /** Runs `lab` to its end, within this process. */
  async lab(words: readonly string[], input = ''): Promise<Ended> {
    return await runHere(words, input, { cwd: ROOT, env: this.env });
  }

  /** Runs `lab` to its end, within this process, with another working directory than the project's root. */
  async labIn(folder: string, words: readonly string[]): Promise<Ended> {
    return await runHere(words, '', { cwd: folder, env: this.env });
  }

  /** Runs `lab` to its end as a process. */
  async process(words: readonly string[], input?: string): Promise<Ended> {
    return await this.start(words, input).ended;
  }

  /** Runs `lab -f json` to its end, and parses its standard output. */
  async json(words: readonly string[]): Promise<{ readonly status: number | null; readonly document: unknown }> {
    const { status, stdout, stderr } = await this.lab([...words, '-f', 'json']);
    try {
      return { status, document: JSON.parse(stdout) };
    } catch (cause) {
      throw new Error(`no single JSON document: ${stdout}\n${stderr}`, { cause });
    }
  }

  /** Starts `lab`; it must end within a bound, in milliseconds. */
  start(words: readonly string[], input = '', boundMs = BOUND_MS, cwd = ROOT): Running {
    const child = spawn(process.execPath, [BINARY, ...words], { cwd, env: this.env, stdio: 'pipe' });
    child.stdin.end(input);
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    return follow(child, words, boundMs);
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function follow(child: ChildProcess, words: readonly string[], boundMs: number): Running {
  const out = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
      for (const listener of listeners) listener();
    });
  }
  let isOver = false;
  const ended = new Promise<Ended>((done, fail) => {
    const bound = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`lab ${words.join(' ')} did not end:\n${out.stdout}${out.stderr}`));
    }, boundMs);
    child.on('close', status => {
      clearTimeout(bound);
      isOver = true;
      done({ status, ...out });
      for (const listener of listeners) listener();
    });
  });
  return {
    ended,
    signal: name => void child.kill(name),
    closeStdout: () => child.stdout?.destroy(),
    printed: async text =>
      await new Promise((done, fail) => {
        const look = (): void => {
          const line = `${out.stdout}\n${out.stderr}`.split('\n').find(one => one.includes(text));
          if (line === undefined) {
            if (isOver) fail(new Error(`ended without printing "${text}":\n${out.stdout}${out.stderr}`));
            return;
          }
          listeners.delete(look);
          done(line);
        };
        listeners.add(look);
        look();
      }),
  };
}

/** A name that no other run uses. */
export function uniqueName(what: string): string {
  return `${what}-${process.pid.toString(36)}${Math.floor(performance.now()).toString(36)}`.slice(0, 26);
}

/** The processes of this machine that are peers of the lab. */
export function processesOf(lab: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`PEERLAB_LAB=${lab}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
