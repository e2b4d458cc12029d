/**
 * The steps of `up` and `verify` while they run: on a terminal a list that moves (listr2), else plain lines. The closing
 * line of each step is the same.
 */
import type { StepName, StepReport } from '@peerlab/lab';
import { Listr } from 'listr2';
import { seconds } from './print.ts';
import { errorStyle, painted, style } from './style.ts';

/** The names of the steps as they are shown. */
export const STEP_LABELS: Readonly<Record<StepName, string>> = {
  image: 'image',
  network: 'network',
  peers: 'peers',
  links: 'links',
  broadcast: 'broadcast',
  ttl: 'TTL',
  dm: 'DM',
  probe: 'probe',
};

const LABEL_WIDTH = 9;
/** A line is at most so wide, where its text allows. */
const WIDEST = 96;
/** The mark and the space in front of a line. */
const MARK_WIDTH = 2;
/** Columns at the right edge in which listr2 does not write. */
const KEPT_FREE = 4;
const TIME_WIDTH = 7;
/** In a narrower terminal lines do not move: each would be broken into many. */
const NARROWEST = 20;

/** `peers      20 up, 20 addresses      5.4 s`, the time at the right edge of `columns`. */
export function stepText({ step, detail, timeMs }: StepReport, columns: number): string {
  const text = `${STEP_LABELS[step].padEnd(LABEL_WIDTH)} ${detail}`;
  const edge = Math.min(columns, WIDEST) - MARK_WIDTH - TIME_WIDTH;
  return `${text.padEnd(edge)} ${style.dim(seconds(timeMs).padStart(TIME_WIDTH - 1))}`;
}

/** Shows steps. */
export interface StepView {
  report(report: StepReport): void;
  /** No step will follow. */
  finish(): Promise<void>;
}

/**
 * The view that fits the stream: a moving one for a terminal that can, and plain lines for a file, a pipe, CI.
 * @param stream standard output, where the steps are the result; standard error, if they accompany it
 */
export function createStepView(steps: readonly StepName[], stream: NodeJS.WriteStream): StepView {
  const isTerminal = stream === process.stdout && stream.isTTY && process.env.TERM !== 'dumb';
  // A terminal without a size, as of a serial line or of a program that did not give one, has 0 columns.
  const canMove = isTerminal && !process.env.CI && stream.columns >= NARROWEST;
  return canMove ? new MovingView(steps) : new PlainView(stream);
}

/** The mark of a step that has ended; undefined while it runs. */
function closingMark(state: StepReport['state'], { good, bad, warn }: typeof style): string | undefined {
  const marks = { done: good('✔'), failed: bad('✖'), 'not-proven': warn('?'), started: undefined, running: undefined };
  return marks[state];
}

/** One line for each step that has ended. */
class PlainView implements StepView {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  report(report: StepReport): void {
    const mark = closingMark(report.state, this.#stream === process.stdout ? style : errorStyle);
    if (mark !== undefined)
      this.#stream.write(`${painted(`${mark} ${stepText(report, this.#stream.columns || WIDEST)}`)}\n`);
  }

  async finish(): Promise<void> {}
}

interface Line {
  /** Undefined when the step was never taken, or did not end. */
  readonly ended: Promise<StepReport | undefined>;
  readonly end: (report: StepReport | undefined) => void;
  show: (text: string) => void;
}

/** Lines that change in place. */
class MovingView implements StepView {
  readonly #lines: Map<StepName, Line>;
  readonly #list: Promise<unknown>;

  constructor(steps: readonly StepName[]) {
    this.#lines = new Map(steps.map(step => [step, createLine()]));
    const tasks = steps.map(step => ({
      title: STEP_LABELS[step],
      task: async (_: unknown, task: { title: string; skip(message?: string): void }): Promise<void> => {
        const line = this.#lines.get(step);
        if (line === undefined) return;
        line.show = text => {
          task.title = painted(`${STEP_LABELS[step].padEnd(LABEL_WIDTH)} ${text}`);
        };
        const report = await line.ended;
        if (report === undefined) {
          task.skip();
          return;
        }
        task.title = painted(stepText(report, process.stdout.columns - KEPT_FREE));
        if (report.state === 'failed') throw new Error(task.title);
        // listr2 marks skipped tasks differently from successful ones.
        if (report.state === 'not-proven') task.skip(task.title);
      },
    }));
    const rendererOptions = { collapseErrors: false, showErrorMessage: false, collapseSkips: false };
    // Signals are interrupt.ts's: listr2 would end the process on the first, and leave the lab behind.
    const options = { exitOnError: false, registerSignalListeners: false, rendererOptions };
    this.#list = new Listr(tasks, options).run().catch(() => undefined);
  }

  report(report: StepReport): void {
    const line = this.#lines.get(report.step);
    if (report.state !== 'started' && report.state !== 'running') line?.end(report);
    else if (report.detail !== '') line?.show(report.detail);
  }

  async finish(): Promise<void> {
    for (const line of this.#lines.values()) line.end(undefined);
    await this.#list;
  }
}

function createLine(): Line {
  let end: (report: StepReport | undefined) => void = () => undefined;
  const ended = new Promise<StepReport | undefined>(resolve => (end = resolve));
  return { ended, end: report => end(report), show: () => undefined };
}
