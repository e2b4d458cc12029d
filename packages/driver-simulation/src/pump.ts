/**
 * Drives a world's time. Commands that are written within one turn of the event loop enter it together, at one virtual
 * moment and in the order of the peers' indexes; then the world runs until nothing is under way, and what the peers
 * printed is handed out. So a controller never sees half a flood, and its own timing changes nothing.
 */
import type { AgentPeer, World } from '@peerlab/simulation';

/**
 * Virtual time that passes before each batch of commands, in microseconds. It lets timers (a redial, a drain) come
 * about while a controller polls. @default 20 ms: what a poll takes elsewhere
 */
const THINK_US = 20_000;
/** How long timers may be run for a reply that is outstanding, in virtual microseconds: more than any bound of a peer. */
const REPLY_PATIENCE_US = 60e6;
/** Events in one turn before other tasks run: about half a second. */
const SLICE_EVENTS = 200_000;

interface Waiting {
  readonly peer: AgentPeer;
  readonly line: string;
  /** Time does not pass for it. */
  readonly isAside: boolean;
}

/** See the module's header. */
export class Pump {
  readonly #world: World;
  #waiting: Waiting[] = [];
  #outbox: (() => void)[] = [];
  #isScheduled = false;
  #isAside = false;
  #patienceEndsUs = 0;
  readonly #outstanding: Map<AgentPeer, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  /** Takes a command for a peer. */
  command(peer: AgentPeer, line: string): void {
    this.#waiting.push({ peer, line, isAside: this.#isAside });
    this.wake();
  }

  /** Runs what only looks: no time passes for the commands that it sends before it returns. */
  aside<T>(look: () => T): T {
    const before = this.#isAside;
    this.#isAside = true;
    try {
      return look();
    } finally {
      this.#isAside = before;
    }
  }

  /** A peer has printed a line; `deliver` hands it on when the peer's turn is over. */
  printed(peer: AgentPeer, line: string, deliver: () => void): void {
    if (line.startsWith('{"reply"')) this.#outstanding.set(peer, (this.#outstanding.get(peer) ?? 1) - 1);
    this.later(deliver);
  }

  /** Does something in the order of what is handed out. */
  later(deliver: () => void): void {
    this.#outbox.push(deliver);
    this.wake();
  }

  /** A paused peer answers when it goes on: nobody need wait for it. */
  paused(peer: AgentPeer): void {
    this.#outstanding.delete(peer);
  }

  /**
   * Lets virtual time pass until something has come about, which must not take a command.
   * @param patienceUs in virtual microseconds
   * @returns false when it has not come about by then
   */
  async until(isDone: () => boolean, patienceUs: number): Promise<boolean> {
    const endUs = this.#world.nowUs + patienceUs;
    for (let steps = 1; !isDone(); steps++) {
      if (this.#world.nextTimerUs > endUs) {
        this.#world.runUntil(endUs);
        break;
      }
      this.#world.step();
      if (steps % SLICE_EVENTS === 0) await new Promise(resolve => setImmediate(resolve));
    }
    this.wake();
    return isDone();
  }

  /** A peer answers no more. */
  ended(peer: AgentPeer): void {
    this.#outstanding.delete(peer);
  }

  /** Lets the world run after the current task. */
  wake(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#takeCommands();
    const isQuiet = this.#world.runUntilQuiet(SLICE_EVENTS) && this.#waitForReplies();
    const outbox = this.#outbox;
    this.#outbox = [];
    // What a listener throws is its own affair, and keeps nobody else from their lines.
    for (const deliver of outbox) callApart(deliver);
    if (!isQuiet || this.#waiting.length > 0) this.wake();
  }

  #takeCommands(): void {
    if (this.#waiting.length === 0) return;
    const batch = this.#waiting.sort((a, b) => a.peer.index - b.peer.index);
    this.#waiting = [];
    if (!batch.every(({ isAside }) => isAside)) {
      if (this.#world.isQuiet) this.#world.runUntil(this.#world.nowUs + THINK_US);
      this.#patienceEndsUs = this.#world.nowUs + REPLY_PATIENCE_US;
    }
    for (const { peer, line } of batch) {
      if (peer.end === undefined && !peer.isPaused) this.#outstanding.set(peer, (this.#outstanding.get(peer) ?? 0) + 1);
      peer.command(line);
    }
  }

  /** Runs timers while a reply is outstanding; false when there is more to do. */
  #waitForReplies(): boolean {
    for (let left = SLICE_EVENTS; this.#isReplyOutstanding(); left--) {
      if (this.#world.isQuiet && this.#world.nextTimerUs > this.#patienceEndsUs) {
        // A line that was no command has no reply, and never will.
        this.#outstanding.clear();
        return true;
      }
      if (left <= 0) return false;
      this.#world.step();
    }
    return this.#world.runUntilQuiet(SLICE_EVENTS);
  }

  #isReplyOutstanding(): boolean {
    for (const count of this.#outstanding.values()) if (count > 0) return true;
    return false;
  }
}

function callApart(deliver: () => void): void {
  try {
    deliver();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
