/** The published packages as a user has them: packed, and installed by npm into an empty folder outside this checkout. */
import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** This checkout. */
export const ROOT: string = resolve(import.meta.dirname, '../../..');

/** The newest release of Node that the packages are tried on. The registry has its program as a package. */
const NEWEST_NODE = '26.10.0';

/** How long a program may take to print what is waited for, in milliseconds. */
const BOUND_MS = 60_000;

/** How a command ended. */
export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** A folder of a user, with the packages in its node_modules. */
export class PublishedInstall implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'peerlab-user-'));
  /** A test that failed may have left one running. */
  readonly #running: Set<ChildProcess> = new Set();

  /** Packs what is published, and installs it, with packages of the registry where a user would have them too. */
  static async make(...others: readonly string[]): Promise<PublishedInstall> {
    const install = new PublishedInstall();
    const packed = join(install.folder, 'packed');
    const wanted = await execute(process.execPath, [join(ROOT, 'scripts/pack.js'), '--out', packed], ROOT, process.env);
    if (wanted.status !== 0) throw new Error(wanted.output);
    writeFileSync(
      join(install.folder, 'package.json'),
      JSON.stringify({ name: 'of-a-user', private: true, type: 'module' }),
    );
    const tarballs = readdirSync(packed).map(file => `./packed/${file}`);
    const { status, output } = await install.run('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...others]);
    if (status !== 0) throw new Error(output);
    return install;
  }

  /** Installs the newest Node beside, not into, the user's folder. @returns the folder of its program */
  async newestNode(): Promise<string> {
    const folder = join(this.folder, 'node');
    const name = `node-${process.platform}-${process.arch}`;
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'node-of-a-user', private: true }));
    const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', `${name}@${NEWEST_NODE}`];
    const { status, output } = await execute('npm', words, folder, process.env);
    if (status !== 0) throw new Error(output);
    return join(folder, 'node_modules', name, 'bin');
  }

  /** The user's shell: no variable of the process that npm started this test in, labs apart from those of the machine. */
  env(nodeFolder: string = dirname(process.execPath)): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|CI$|NO_COLOR$|FORCE_COLOR$|VITEST)/i.test(name),
    );
    return {
      ...Object.fromEntries(kept),
      PATH: [nodeFolder, process.env.PATH].join(delimiter),
      XDG_RUNTIME_DIR: this.folder,
      DOCKER_HOST: `unix://${join(this.folder, 'no-engine.sock')}`,
    };
  }

  /** Runs a program to its end, in the user's folder or one in it. */
  run(program: string, words: readonly string[], { nodeFolder, cwd = '.' }: RunOptions = {}): Promise<Ended> {
    return execute(program, words, join(this.folder, cwd), this.env(nodeFolder));
  }

  /**
   * Starts a program and waits for a text that matches, on either of its streams.
   * @returns the match, and a function that interrupts the program and resolves with its exit code
   */
  async until(
    pattern: RegExp,
    program: string,
    words: readonly string[],
    { nodeFolder, cwd = '.' }: RunOptions = {},
  ): Promise<{ match: RegExpExecArray; interrupt: () => Promise<number | null> }> {
    const options = { cwd: join(this.folder, cwd), env: this.env(nodeFolder) };
    const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.add(child);
    const ended = new Promise<number | null>(done => child.once('close', done));
    const match = await new Promise<RegExpExecArray>((done, fail) => {
      let said = '';
      const hear = (more: string): void => {
        said += more;
        const found = pattern.exec(said);
        if (found !== null) done(found);
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      const bound = setTimeout(() => fail(new Error(`did not print ${pattern} in time:\n${said}`)), BOUND_MS);
      void ended.then(() => {
        clearTimeout(bound);
        fail(new Error(`ended without printing ${pattern}:\n${said}`));
      });
    });
    return {
      match,
      interrupt: async () => {
        child.kill('SIGINT');
        return await ended;
      },
    };
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where and on what a program runs. */
export interface RunOptions {
  /** The folder of the `node` that it finds. @default that of this process */
  readonly nodeFolder?: string | undefined;
  /** Relative to the user's folder. */
  readonly cwd?: string;
}

function execute(program: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((done, fail) => {
    const options = { cwd, env, maxBuffer: 64 * 2 ** 20, timeout: 300_000 };
    execFile(program, words, options, (error: ExecFileException | null, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') fail(error);
      else done({ status: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}
