/**
 * The faults of a scenario: applied, lifted when their time is over, healed. On this machine's clock a fault goes when
 * its time has come; in virtual time, whenever the scenario lets time pass, at the very moment.
 */

import { isLasting } from '@peerlab/conditions';
import type { LabClock } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { ActiveFault, AppliedFault, Lab } from '@peerlab/lab';
import type { FaultStep } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import { done, type NestedFinding } from './step-finding.ts';

/** A fault that goes by itself. */
interface Passing {
  readonly applied: AppliedFault;
  readonly untilMs: number;
}

/** See the module's header. */
export class ScenarioFaults {
  readonly #lab: Lab;
  readonly #note: (event: LabTraceEvent) => void;
  readonly #over: AbortController = new AbortController();
  #inForce: readonly AppliedFault[] = [];
  /** The line of each fault's step in its file. */
  readonly #lines: WeakMap<AppliedFault, number> = new WeakMap();
  #passing: readonly Passing[] = [];
  /** On this machine's clock: each ends when a fault has been lifted. */
  readonly #timers: Set<Promise<void>> = new Set();
  readonly #working: Set<Promise<unknown>> = new Set();
  #reverting: Promise<void> = Promise.resolve();
  #failure: unknown;
  #changes = 0;
  #moving = 0;
  #isReturning = false;

  constructor(lab: Lab, note: (event: LabTraceEvent) => void) {
    this.#lab = lab;
    this.#note = note;
  }

  /** Counts every beginning and end of a fault's coming or going: as long as it stands, the lab is as it was. */
  get changes(): number {
    return this.#changes;
  }

  /** True while a fault is coming or going: the lab may be as it was before, or as it is to be. */
  get isMoving(): boolean {
    return this.#moving > 0;
  }

  /** True for a peer that a fault keeps from running. */
  isDown(peer: string): boolean {
    return this.#inForce.some(({ peers }) => peers.includes(peer));
  }

  /** Names the fault in force, as of now, that took a link or one of its peers away: `"partition: n0 | n1; 1 link cut" of line 7`. */
  causes(): (a: string, b: string) => string | undefined {
    const inForce = this.#inForce;
    return (a, b) => {
      const isEnd = (peer: string): boolean => peer === a || peer === b;
      const found = inForce.findLast(
        ({ peers, links }) => peers.some(isEnd) || links.some(([x, y]) => isEnd(x) && isEnd(y)),
      );
      if (found === undefined) return undefined;
      const line = this.#lines.get(found) ?? 0;
      return `"${found.text}"${line === 0 ? '' : `, line ${line}`}`;
    };
  }

  /** The lab's clock. In virtual time, faults go as it comes to their time. */
  get clock(): LabClock {
    const { clock } = this.#lab;
    if (!clock.isVirtual) return clock;
    return {
      isVirtual: true,
      nowMs: () => clock.nowMs(),
      until: async (atMs, signal) => {
        for (let next = this.#nextBefore(atMs); next !== undefined; next = this.#nextBefore(atMs)) {
          await clock.until(next.untilMs, signal);
          await this.#takeBack(next);
        }
        await clock.until(atMs, signal);
      },
    };
  }

  /** Breaks something. @throws {LabError} as `Lab.fault` */
  async apply(step: Pick<FaultStep, 'fault' | 'forMs'> & { readonly line?: number }): Promise<NestedFinding> {
    const { fault, forMs, line = 0 } = step;
    const applied = await this.#moves(async () => await this.#work(this.#lab.fault(fault)));
    this.#lines.set(applied, line);
    if (isLasting(fault.verb)) this.#inForce = [...this.#inForce, applied];
    else this.#isReturning = true;
    const { text, peers, links, notes, latency } = applied;
    this.#note({ event: 'fault', kind: fault.verb, text, peers, links });
    if (forMs !== undefined) this.#passAfter(applied, forMs);
    const measured =
      latency === undefined
        ? []
        : [`round trips: at least ${ms(latency.askedMs)} requested, ${ms(latency.measuredMs)} measured`];
    return done(text, [...notes, ...measured]);
  }

  /** Lifts all faults, and waits until every drawn link is up. @throws {LabError} as `Lab.heal` */
  async heal(timeoutMs: number | undefined, signal: AbortSignal): Promise<NestedFinding> {
    const { lifted, timeMs, links, dialled, renewed } = await this.#moves(async () => {
      this.#passing = [];
      this.#timers.clear();
      await this.#reverting;
      return await this.#work(this.#lab.heal({ timeoutMs, signal }));
    });
    this.#inForce = [];
    this.#isReturning = false;
    const what = lifted.length === 0 ? 'there were no faults' : `${counted(lifted)} lifted`;
    const observed = `${what}; ${links} links up after ${ms(timeMs)}`;
    this.#note({ event: 'heal', text: observed });
    const isOwn = this.#lab.topology.ownLinks === true;
    const evidence = [...renewed, ...(dialled === 0 ? [] : [broughtBack(dialled, isOwn)])];
    const claim = isOwn ? 'every peer back, and connected to the others' : 'every drawn link up, at both ends';
    return { ...done(claim, evidence), observed };
  }

  /**
   * Waits until the links of faults whose time is over are back.
   * @throws {LabError} `LINKS_MISSING`; why a fault could not be lifted
   */
  async steady(signal: AbortSignal): Promise<void> {
    const { clock } = this.#lab;
    for (const passing of this.#passing) {
      if (clock.isVirtual && passing.untilMs <= clock.nowMs()) await this.#takeBack(passing);
    }
    await this.#reverting;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    if (!this.#isReturning) return;
    await this.#lab.recovered({ signal });
    this.#isReturning = false;
  }

  /** Waits until the faults that are being applied or lifted have come or gone: until then peers may be down without a fault that says so. */
  async arrived(): Promise<void> {
    await Promise.allSettled([this.#reverting, ...this.#working]);
  }

  /** Waits until every fault that goes by itself has gone, and the links are back. @throws {LabError} as {@link steady} */
  async passed(signal: AbortSignal): Promise<void> {
    const untilMs = Math.max(0, ...this.#passing.map(passing => passing.untilMs));
    const { isVirtual } = this.#lab.clock;
    if (isVirtual && this.#passing.length > 0) await this.clock.until(untilMs, signal);
    await Promise.all(this.#timers);
    await this.steady(signal);
  }

  /**
   * Faults that are still to go stay as they are. What is under way is waited for: a peer that is started while its lab is
   * removed might stay.
   */
  async close(): Promise<void> {
    this.#passing = [];
    this.#over.abort();
    await Promise.allSettled([this.#reverting, ...this.#working]);
  }

  /** Counts the beginning and the end of what changes the lab. */
  async #moves<T>(work: () => Promise<T>): Promise<T> {
    this.#changes++;
    this.#moving++;
    try {
      return await work();
    } finally {
      this.#changes++;
      this.#moving--;
    }
  }

  async #work<T>(work: Promise<T>): Promise<T> {
    this.#working.add(work);
    try {
      return await work;
    } finally {
      this.#working.delete(work);
    }
  }

  #passAfter(applied: AppliedFault, forMs: number): void {
    const { clock } = this.#lab;
    const passing = { applied, untilMs: clock.nowMs() + forMs };
    this.#passing = [...this.#passing, passing];
    if (clock.isVirtual) return;
    const whenOver = async (): Promise<void> => {
      await clock.until(passing.untilMs, this.#over.signal);
      // One after the other: each looks at the whole lab.
      this.#reverting = this.#reverting.then(async () => await this.#takeBack(passing));
      await this.#reverting;
    };
    // What it throws is that the scenario is over.
    const timer: Promise<void> = whenOver()
      .catch(() => undefined)
      .finally(() => this.#timers.delete(timer));
    this.#timers.add(timer);
  }

  async #takeBack(passing: Passing): Promise<void> {
    if (!this.#passing.includes(passing)) return;
    this.#passing = this.#passing.filter(other => other !== passing);
    const { applied } = passing;
    await this.#moves(async () => {
      try {
        await applied.revert();
        this.#note({ event: 'heal', text: `over: ${applied.text}` });
      } catch (error) {
        this.#failure ??= error instanceof LabError ? withWhat(error, applied) : error;
      }
    });
    this.#inForce = this.#inForce.filter(other => other !== applied);
    this.#isReturning = true;
  }

  #nextBefore(atMs: number): Passing | undefined {
    const due = this.#passing.filter(({ untilMs }) => untilMs <= atMs);
    return due.sort((a, b) => a.untilMs - b.untilMs)[0];
  }
}

function broughtBack(dialled: number, isOwn: boolean): string {
  if (isOwn) return `${dialled} peers did not find the others by themselves; the lab had them join again`;
  return `${dialled} links did not return by themselves; the lab dialled them`;
}

function withWhat(error: LabError, { text }: AppliedFault): LabError {
  const { code, advice, details, definite } = error;
  const options = { details, definite, cause: error, ...(advice === undefined ? {} : { advice }) };
  return new LabError(code, `${text}: could not be lifted: ${error.message}`, options);
}

const WORDS: Readonly<Record<ActiveFault['kind'], string>> = {
  stopped: 'stopped peers',
  paused: 'paused peers',
  isolated: 'isolated peers',
  cut: 'cut links',
  muted: 'muted directions',
  shaped: 'shaped directions',
};

/** `stopped peers 2, cut links 4`. */
function counted(lifted: readonly ActiveFault[]): string {
  const kinds = [...new Set(lifted.map(({ kind }) => kind))];
  return kinds.map(kind => `${WORDS[kind]} ${lifted.filter(fault => fault.kind === kind).length}`).join(', ');
}

function ms(timeMs: number): string {
  return timeMs < 10_000 ? `${Number(timeMs.toFixed(timeMs < 10 ? 1 : 0))} ms` : `${(timeMs / 1000).toFixed(1)} s`;
}
