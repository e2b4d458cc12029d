/**
 * The steps of `up` and `verify` while they run: on a terminal a list that moves (listr2), else plain lines. The closing
 * line of each step is the same.
 */
import type { StepName, StepReport } from '@peerlab/orchestrator';
import { Listr } from 'listr2';
import { print, seconds } from './print.ts';
import { style } from './style.ts';

const LABELS: Readonly<Record<StepName, string>> = {
  image: 'image',
  network: 'network',
  peers: 'peers',
  links: 'links',
  broadcast: 'broadcast',
  ttl: 'TTL',
  dm: 'DM',
};

/** Column at which the time of a step stands. */
const TIME_COLUMN = 86;
/** Steps whose time a user compares; the checks' own are all but nothing. */
const LABEL_WIDTH = 10;

/** `peers      20 up, 20 addresses      5.4 s`. */
export function stepText({ step, detail, timeMs }: StepReport): string {
  const text = `${LABELS[step].padEnd(LABEL_WIDTH)} ${detail}`;
  return `${text.padEnd(TIME_COLUMN)} ${style.dim(seconds(timeMs).padStart(6))}`.trimEnd();
}

/** Shows steps. */
export interface StepView {
  report(report: StepReport): void;
  /** No step will follow. */
  finish(): Promise<void>;
}

/** The view that fits the terminal. */
export function createStepView(steps: readonly StepName[]): StepView {
  return process.stdout.isTTY && process.env.CI === undefined ? new MovingView(steps) : new PlainView();
}

/** One line for each step that has ended. */
class PlainView implements StepView {
  report(report: StepReport): void {
    if (report.state === 'done') print(`${style.good('✔')} ${stepText(report)}`);
    if (report.state === 'failed') print(`${style.bad('✖')} ${stepText(report)}`);
  }

  async finish(): Promise<void> {}
}

interface Line {
  readonly ended: Promise<StepReport>;
  end(report: StepReport): void;
  give(): void;
  show: (text: string) => void;
}

/** Lines that change in place. */
class MovingView implements StepView {
  readonly #lines: Map<StepName, Line> = new Map();
  readonly #list: Promise<unknown>;

  constructor(steps: readonly StepName[]) {
    for (const step of steps) this.#lines.set(step, createLine());
    const tasks = steps.map(step => ({
      title: LABELS[step],
      task: async (_: unknown, task: { title: string; skip(text?: string): unknown }): Promise<void> => {
        const line = this.#lines.get(step);
        if (line === undefined) return;
        line.show = text => {
          task.title = `${LABELS[step].padEnd(LABEL_WIDTH)} ${text}`;
        };
        const report = await line.ended;
        task.title = stepText(report);
        if (report.state === 'failed') throw new Error(task.title);
        if (report.state === 'started') task.skip();
      },
    }));
    this.#list = new Listr(tasks, {
      exitOnError: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, collapseSkips: true },
    })
      .run()
      .catch(() => undefined);
  }

  report(report: StepReport): void {
    const line = this.#lines.get(report.step);
    if (report.state === 'running') line?.show(report.detail);
    else if (report.state !== 'started') line?.end(report);
  }

  async finish(): Promise<void> {
    for (const line of this.#lines.values()) line.give();
    await this.#list;
  }
}

function createLine(): Line {
  let end: (report: StepReport) => void = () => undefined;
  const ended = new Promise<StepReport>(resolve => (end = resolve));
  const give = (): void => end({ step: 'peers', state: 'started', detail: '', timeMs: 0 });
  return { ended, end: report => end(report), give, show: () => undefined };
}
