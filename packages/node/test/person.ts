/** A person at a pseudo-terminal. Python's pty makes it: no native module is needed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** Runs a program on a pseudo-terminal, and ends with its exit status. */
const ON_PTY = 'import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** False where there is no Python: then these tests cannot be run. On CI that is a failure. */
export const HAS_PTY: boolean = hasPty();

function hasPty(): boolean {
  if (spawnSync('python3', ['-c', 'import pty']).status === 0) return true;
  if (!['', 'false', '0', undefined].includes(process.env.CI)) throw new Error('CI is set, and there is no Python 3');
  process.stderr.write('\n*** SKIPPED: the tests at a pseudo-terminal, because there is no Python 3\n\n');
  return false;
}

/** A person at a terminal. */
export class Person {
  readonly #process: ChildProcess;
  #screen = '';
  #seen = 0;
  #changed: () => void = () => undefined;
  readonly exited: Promise<number | null>;

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn('python3', ['-c', ON_PTY, ...command], { stdio: 'pipe', env });
    this.#process = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#screen += text;
      this.#changed();
    });
    child.stderr.pipe(process.stderr);
    this.exited = new Promise(resolve => child.once('exit', resolve));
  }

  type(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** Waits until the screen shows this, after what was waited for before; gives the match. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#screen.slice(this.#seen));
      if (match !== null) {
        this.#seen += match.index + match[0].length;
        return match;
      }
      await new Promise<void>(resolve => {
        this.#changed = resolve;
      });
    }
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}
