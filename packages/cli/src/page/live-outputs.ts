/** Where a command shows a lab while it works on it: a trace file, a page, both, or neither. */

import type { Driver } from '@peerlab/driver';
import { type CheckFinding, type Lab, type Recording, recordLab } from '@peerlab/lab';
import type { Topology } from '@peerlab/topology';
import { note, plural } from '../output/print.ts';
import { shellWord } from '../output/shell-word.ts';
import type { ForceArgs } from '../output-file.ts';
import { createTraceFile, type TraceFile } from '../trace-file/write.ts';
import { untilAborted } from '../waited.ts';
import { type LabPage, openLabPage } from './page.ts';
import type { PageArgs } from './page-options.ts';

/** Which outputs to open. */
export interface LiveOutputArgs extends PageArgs, ForceArgs {
  /** Opens a page. */
  readonly ui: boolean;
  /** Where what happens is kept. */
  readonly record: string | undefined;
}

/** See the module's header. Disposed, it ends the recording and the page. */
export class LiveOutputs implements AsyncDisposable {
  readonly #path: string | undefined;
  readonly #file: TraceFile | undefined;
  readonly #page: LabPage | undefined;
  #lab: Lab | undefined;
  #recording: Recording | undefined;
  #isEnded = false;

  private constructor(path: string | undefined, file: TraceFile | undefined, page: LabPage | undefined) {
    this.#path = path;
    this.#file = file;
    this.#page = page;
  }

  /** Makes the file and opens the page, where they are asked for. @throws {UsageError} */
  static async open(args: LiveOutputArgs): Promise<LiveOutputs> {
    const file = args.record === undefined ? undefined : createTraceFile(args.record, args);
    const page = args.ui ? await openLabPage({ ...args, sink: file?.sink }) : undefined;
    return new LiveOutputs(args.record, file, page);
  }

  /** A lab is being made. */
  announce(topology: Topology, driver: Driver): void {
    this.#page?.announce(topology, driver);
  }

  /** Looks at the lab from now on. */
  async attach(lab: Lab): Promise<void> {
    this.#lab = lab;
    if (this.#page !== undefined) this.#recording = await this.#page.attach(lab);
    else if (this.#file !== undefined) this.#recording = await recordLab(lab, this.#file.sink);
  }

  /** Takes a check's result. */
  checked(check: CheckFinding): void {
    this.#recording?.checked(check);
  }

  /** Lets the page act on the lab, and shows it until the signal fires; returns at once where nobody asked for a page. */
  async show(signal: AbortSignal, afterwards: string): Promise<void> {
    const lab = this.#lab;
    if (this.#page === undefined || lab === undefined) return;
    await this.#page.letAct();
    note(`the page shows ${lab.name}; Ctrl-C ends it, and ${afterwards}`);
    await untilAborted(signal);
  }

  /** Ends the recording and the page, and reports the file. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#page?.close();
    await this.#recording?.end();
    this.#file?.close();
    if (this.#file === undefined || this.#recording === undefined) return;
    note(`${plural(this.#file.lines - 2, 'event')} in ${this.#path}: lab replay ${shellWord(this.#path ?? '')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
