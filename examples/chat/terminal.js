// The screen: what others say appears above the line that is being typed.
import { clearLine, createInterface, cursorTo } from 'node:readline';

export class Terminal {
  #lines;
  #isStarted = false;
  #said = Promise.resolve();

  /** `say(line)` is called for each line, one after the other; `leave(status)` for Ctrl-C and the end of the input. */
  constructor({ say, leave }) {
    this.#lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
    this.#lines.on('line', line => {
      this.#said = this.#said.then(() => say(line)).then(() => this.#prompt());
    });
    this.#lines.on('SIGINT', () => leave(0));
    this.#lines.on('close', () => this.#said.then(() => leave(0)));
    process.on('SIGTERM', () => leave(0));
  }

  start() {
    this.#isStarted = true;
    this.#prompt();
  }

  /** Shows a line. What came from others cannot move the cursor, or turn the text around: such characters are taken out. */
  show(text) {
    if (process.stdout.isTTY) {
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
    }
    process.stdout.write(`${text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ')}\n`);
    this.#prompt();
  }

  close() {
    this.#isStarted = false;
    this.#lines.close();
    if (process.stdout.isTTY) process.stdout.write('\n');
  }

  #prompt() {
    if (this.#isStarted && process.stdout.isTTY) this.#lines.prompt(true);
  }
}
