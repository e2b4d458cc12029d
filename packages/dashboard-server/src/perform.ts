/**
 * Does to a lab what its page asks for, and records it. Messages and checks come one after the other, for their frames are
 * counted; what is done to peers and links goes beside them, for a fault may well come while a message is under way.
 */

import { type Action, type ActionReply, actionSchema, commandLine, type SendAction } from '@peerlab/dashboard/protocol';
import { LabError, requireCapability } from '@peerlab/driver';
import { tallyOf, tallyText, verdictOf } from '@peerlab/finding';
import type { CheckFinding, Lab, MessageFinding, Recording } from '@peerlab/lab';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { type ChangedLab, changeLab } from './change-lab.ts';
import { Lane } from './lane.ts';
import { LinkFaultWatch } from './link-fault-watch.ts';

/** Between two looks at the lab for what others do to it, in milliseconds; at a lab that is slow to look at, longer. */
const LOOK_AFTER_MS = 1000;

/** Of the time, at most so much goes into looking: a tenth. */
const LOOKING_PART = 0.1;

/** See the module's header. */
export interface Performer {
  /** Does an action, given as JSON. Never rejects. */
  perform(request: unknown): Promise<ActionReply>;
  /** Stops watching and cancels queued actions; resolves when none is running. */
  close(): Promise<void>;
}

/** Makes it. From then on the recording also tells what others do to the lab. */
export async function createPerformer(lab: Lab, recording: Recording): Promise<Performer> {
  const performer = new LabPerformer(lab, recording);
  await performer.begin();
  return performer;
}

type Done = Omit<ActionReply & { readonly ok: true }, 'ok' | 'command'>;

class LabPerformer implements Performer {
  readonly #lab: Lab;
  readonly #recording: Recording;
  readonly #messages: Lane = new Lane();
  readonly #faults: Lane = new Lane();
  readonly #ending: AbortController = new AbortController();
  readonly #watch: LinkFaultWatch;
  #looking: Timer | undefined;

  constructor(lab: Lab, recording: Recording) {
    this.#lab = lab;
    this.#recording = recording;
    this.#watch = new LinkFaultWatch(lab, recording);
  }

  /** Takes what holds now for known, and looks from then on. */
  async begin(): Promise<void> {
    if (!this.#isShared) return;
    // Where the peers cannot be asked now, what the first look finds is what held.
    await this.#watch.know().catch(() => undefined);
    this.#lookLater(LOOK_AFTER_MS);
  }

  /** A simulation belongs to this process alone, and each request advances its clock. */
  get #isShared(): boolean {
    return !this.#lab.clock.isVirtual;
  }

  async perform(request: unknown): Promise<ActionReply> {
    const parsed = actionSchema.safeParse(request);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue?.path.join('.');
      return { ok: false, error: `not an action: ${where ? `${where}: ` : ''}${issue?.message ?? 'unknown'}` };
    }
    const action = parsed.data;
    const command = commandLine(this.#lab.name, action);
    const told = command === undefined ? {} : { command };
    try {
      return { ok: true, ...(await this.#do(action)), ...told };
    } catch (error) {
      if (!(error instanceof LabError)) {
        return { ok: false, error: `unexpected: ${error instanceof Error ? error.message : String(error)}`, ...told };
      }
      const advice = error.advice === undefined ? {} : { advice: error.advice };
      return { ok: false, error: error.message, ...advice, ...told };
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    stopTimer(this.#looking);
    await Promise.all([this.#messages, this.#faults].map(async lane => await lane.run(async () => undefined)));
  }

  async #do(action: Action): Promise<Done> {
    switch (action.do) {
      case 'broadcast':
      case 'dm':
        return await this.#take(this.#messages, async () => await this.#send(action));
      case 'verify':
        return await this.#take(this.#messages, async () => await this.#verify());
      case 'pass':
        return await this.#take(this.#messages, async () => await this.#pass(action.ms));
      default:
        return await this.#take(this.#faults, async () => {
          // What others did until now is theirs. Where the peers cannot be asked now, the next look does.
          if (this.#isShared) await this.#watch.look().catch(() => undefined);
          const text = await changeLab(this.#changed, action);
          if (this.#isShared) await this.#watch.know().catch(() => undefined);
          return { text };
        });
    }
  }

  get #changed(): ChangedLab {
    return { lab: this.#lab, recording: this.#recording, signal: this.#ending.signal };
  }

  async #take(lane: Lane, work: () => Promise<Done>): Promise<Done> {
    if (lane.isFull) {
      throw new LabError('NOT_SUPPORTED', 'too many actions are queued', { advice: 'wait, then try again' });
    }
    return await lane.run(async () => {
      if (this.#ending.signal.aborted) throw new LabError('ABORTED', 'the page is being closed');
      return await work();
    });
  }

  async #send(action: SendAction): Promise<Done> {
    const { from, text, ttl } = action;
    const options = { ttl, signal: this.#ending.signal };
    // Every copy of it must be visible, even if another controller turned tracing off.
    await this.#recording.traceAgain();
    const finding =
      action.do === 'dm'
        ? await this.#lab.dm(from, action.to, text, options)
        : await this.#lab.broadcast(from, text, options);
    this.#recording.judged(finding);
    return { text: messageText(finding), messageId: finding.id, verdict: finding.verdict };
  }

  async #verify(): Promise<Done> {
    const onResult = (finding: CheckFinding): void => this.#recording.checked(finding);
    const checks = await this.#lab.verify({ signal: this.#ending.signal, onResult });
    const failed = checks.filter(({ verdict }) => verdict === 'failed');
    const open = checks.filter(({ verdict }) => verdict === 'not-proven');
    const why = [
      ...failed.slice(0, 1).map(({ name, explanations, observed }) => `${name}: ${explanations[0]?.text ?? observed}`),
      ...open.map(({ name, reason }) => `${name} not proven: ${reason}`),
    ];
    return { text: [tallyText(tallyOf(checks)), ...why].join('; '), verdict: verdictOf(checks) };
  }

  async #pass(ms: number): Promise<Done> {
    await requireCapability(this.#lab.running, 'passTime').passTime(ms);
    this.#recording.note({ event: 'note', text: `${ms} ms passed` });
    return { text: `${ms} ms of virtual time passed` };
  }

  #lookLater(afterMs: number): void {
    if (this.#ending.signal.aborted) return;
    this.#looking = startTimer(() => void this.#look(), afterMs);
    this.#looking.unref();
  }

  /** Looks for what others did to the lab. A driver that does not answer now is asked again later. */
  async #look(): Promise<void> {
    const startedAtMs = performance.now();
    const looked = this.#faults.run(async () => {
      if (this.#ending.signal.aborted) return;
      await this.#watch.look();
      await this.#recording.traceAgain();
    });
    await looked.catch(() => undefined);
    this.#lookLater(Math.max(LOOK_AFTER_MS, (performance.now() - startedAtMs) / LOOKING_PART));
  }
}

function messageText(finding: MessageFinding): string {
  const { from, to, due, received, frames, predictedFrames, explanations, reason } = finding;
  const [why] = explanations;
  if (why !== undefined) return why.text;
  const prediction = predictedFrames === undefined ? '' : `, predicted ${predictedFrames}`;
  const cost = frames === undefined ? '' : `; ${frames} frames${prediction}`;
  const open = reason === undefined ? '' : `; not proven: ${reason}`;
  const peers = new Set(received.map(({ peer }) => peer));
  const reached = due.filter(peer => peers.has(peer)).length;
  if (to === undefined) return `${from} reached ${reached} of ${due.length}${cost}${open}`;
  return due.length === 0
    ? `${to} is unreachable, as the graph predicts${open}`
    : `${reached === 0 ? `it was not seen whether ${from} reached ${to}` : `${from} reached ${to}`}${cost}${open}`;
}
