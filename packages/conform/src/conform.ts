/** Puts one program through the peer contract, clause by clause, alone and with copies of itself. */
import { resolve } from 'node:path';
import { parsePeerLine } from '@peerlab/contract';
import type { Driver, PlannedKind } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { conclude, type Finding, noneFailed, notTried } from '@peerlab/finding';
import type { KindSpec } from '@peerlab/topology';
import type { Clause, ClauseFinding } from './clause.ts';
import { ClauseBroken, ClauseLeftOut, ClauseNotTried } from './clause-errors.ts';
import { CAPABILITY_CLAUSES } from './clauses/capabilities.ts';
import { COMMAND_CLAUSES } from './clauses/commands.ts';
import { END_CLAUSES } from './clauses/end.ts';
import { LINK_CLAUSES } from './clauses/links.ts';
import { MESSAGE_CLAUSES } from './clauses/messages.ts';
import { START_CLAUSES } from './clauses/start.ts';
import type { PeerUnderTest } from './peer-under-test.ts';
import { isPeerFailure, Stage, type StageMaker, type StageName } from './stage.ts';

/** Every clause, in the order in which they are tried. */
export const CLAUSES: readonly Clause[] = [
  ...START_CLAUSES,
  ...COMMAND_CLAUSES,
  ...LINK_CLAUSES,
  ...MESSAGE_CLAUSES,
  ...CAPABILITY_CLAUSES,
  ...END_CLAUSES,
];

/** What a lab cannot prove of a peer without a capability; docs/PEER-CONTRACT.md, "Capabilities". */
const UNPROVEN: Readonly<Record<string, string>> = {
  dm: 'that direct messages arrive',
  ttl: 'how far a message goes',
  counters: 'that nothing is in flight: it can only wait for silence',
  trace: 'what happens to a copy, live',
  history: 'why a message was lost',
  disconnect: 'that extra links can be closed',
  shape: 'what the peer does while links are slow, lossy or cut',
  ping: 'that a requested delay is in effect',
};

/** Why nothing is tried on a program that never wrote `ready`. */
export const NOT_READY = 'the program did not become ready';

/** Lines of an exchange that are kept. */
const EXCHANGE_LINES = 24;
const EXCHANGE_CHARACTERS = 400;

/** How a program is put through the contract. */
export interface ConformOptions {
  /**
   * How long a reply, an event or an end may take, in milliseconds.
   * @default 5000: a peer answers within a few; a busy machine needs longer
   */
  readonly boundMs?: number | undefined;
  /** Ids of the clauses to try. @default all */
  readonly only?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onResult?: ((result: ClauseFinding) => void) | undefined;
}

/** What was found. */
export interface ConformReport {
  /** The command line, or the image. */
  readonly program: string;
  /** What the peer calls itself; undefined when it never got ready. */
  readonly node: { readonly name: string; readonly version: string } | undefined;
  readonly capabilities: readonly string[];
  readonly clauses: readonly ClauseFinding[];
  /** What breaks no clause, and was hardly meant so: objects with an `event` of a name that the contract does not have. */
  readonly notes: readonly string[];
  /** The program got ready, and no clause failed. */
  readonly passed: boolean;
}

const BOUND_MS = 5000;

/**
 * See the module's header. Every clause is tried, whatever failed before; labs that it makes are gone at the end.
 * @throws {LabError} what the driver throws that is no fault of the program: `ENGINE_UNREACHABLE`, `CANNOT_CARRY`; `ABORTED`
 */
export async function conform(
  driver: Driver,
  program: Pick<KindSpec, 'command' | 'image' | 'files' | 'entrypoint'>,
  options: ConformOptions = {},
): Promise<ConformReport> {
  const { signal = new AbortController().signal, boundMs = BOUND_MS } = options;
  const kind: PlannedKind = { ...program, name: 'conform', folder: resolve('.') };
  const trial = new Trial({ driver, kind, boundMs, signal });
  const clauses: ClauseFinding[] = [];
  try {
    for (const clause of CLAUSES) {
      if (options.only !== undefined && !options.only.includes(clause.id)) continue;
      if (signal.aborted) throw new LabError('ABORTED', 'cancelled while the program was tested');
      const result = await trial.of(clause);
      clauses.push(result);
      options.onResult?.(result);
    }
  } finally {
    await trial.close();
  }
  return {
    program: program.command?.join(' ') ?? program.image ?? '',
    node: trial.node,
    capabilities: trial.capabilities ?? [],
    clauses,
    notes: trial.notes,
    passed: trial.node !== undefined && noneFailed(clauses),
  };
}

/** Tries clauses, each on a stage that is whole. */
class Trial {
  node: ConformReport['node'];
  capabilities: readonly string[] | undefined;
  readonly #maker: StageMaker;
  /** A note by what it is about: one is enough. */
  readonly #notes: Map<string, string> = new Map();
  readonly #stages: Map<StageName, Stage> = new Map();
  /** Why the program does not start; nothing is tried any more. */
  #dead: string | undefined;

  constructor(maker: StageMaker) {
    this.#maker = maker;
  }

  get notes(): readonly string[] {
    return [...this.#notes.values()];
  }

  async of(clause: Clause): Promise<ClauseFinding> {
    const startedAtMs = performance.now();
    const finding = await this.#try(clause);
    return { id: clause.id, isAnnounced: true, ...finding, timeMs: performance.now() - startedAtMs };
  }

  async close(): Promise<void> {
    for (const stage of this.#stages.values()) await stage.close();
  }

  async #try(clause: Clause): Promise<Finding & { readonly isAnnounced?: false }> {
    const { says, needs = [] } = clause;
    if (this.#dead !== undefined) return notTried(says, says, this.#dead);
    const lacking = this.capabilities === undefined ? [] : needs.filter(need => !this.capabilities?.includes(need));
    if (lacking.length > 0) {
      const what = lacking.map(need => UNPROVEN[need]).join(', and ');
      const reason = `${lacking.join(' and ')} not announced: the lab then cannot prove ${what}`;
      return { ...notTried(says, says, reason), isAnnounced: false };
    }
    let stage: Stage | undefined;
    try {
      stage = await this.#stage(clause);
      this.#note(stage);
      for (const peer of stage.peers) peer.mark();
      await clause.run(stage);
      const broken = brokenLine(stage);
      if (broken !== undefined) throw new ClauseBroken(broken);
      return conclude({ claim: says, expected: says, observed: says, evidence: [], explanations: [] });
    } catch (error) {
      if (error instanceof ClauseLeftOut) return { ...notTried(says, says, error.message), isAnnounced: false };
      if (error instanceof ClauseNotTried) return notTried(says, says, error.message);
      const isOfThePeer = error instanceof ClauseBroken || (error instanceof LabError && PEER_FAULTS.has(error.code));
      if (!isOfThePeer) throw error;
      const unread = stage?.peers.find(({ lost }) => lost > 0);
      if (unread !== undefined) return notTried(says, says, unreadText(unread));
      if (stage === undefined && this.capabilities === undefined) this.#dead = NOT_READY;
      const { message: observed } = error;
      const explanations = [{ kind: 'contract', text: observed } as const];
      const evidence = stage === undefined ? lastLines(error) : exchangeOf(stage);
      return conclude({ claim: says, expected: says, observed, evidence, explanations });
    } finally {
      if (stage !== undefined) this.#note(stage);
      if (clause.ends === true) await stage?.close();
    }
  }

  /** Notes what looks like an event since the mark, and is log by its name. */
  #note({ peers }: Stage): void {
    for (const { name, entries } of peers) {
      for (const { way, text } of entries) {
        const line = way === '->' ? parsePeerLine(text) : undefined;
        if (line?.type !== 'log' || line.problem === undefined || line.isBreach === true) continue;
        if (this.#notes.has(line.problem)) continue;
        this.#notes.set(line.problem, `${line.problem}; the lab takes the line as log: ${name} -> ${shortened(text)}`);
      }
    }
  }

  async #stage({ on, ends }: Clause): Promise<Stage> {
    const known = this.#stages.get(on);
    if (ends !== true && known?.isWhole === true) return known;
    if (ends !== true && known !== undefined) {
      this.#stages.delete(on);
      await known.close();
    }
    const stage = await Stage.set(on, this.#maker);
    if (ends !== true) this.#stages.set(on, stage);
    const { node, capabilities } = stage.peer().client.info;
    this.node ??= node;
    this.capabilities ??= capabilities;
    return stage;
  }
}

/** What is missing may be what was not read: that is no fault of the program. */
function unreadText({ name, lost }: PeerUnderTest): string {
  return `${lost} ${lost === 1 ? 'event' : 'events'} of ${name} went unread, because its output was read too slowly: what is missing may be among them`;
}

/** What is the program's own doing. */
const PEER_FAULTS: ReadonlySet<LabError['code']> = new Set([
  'PEER_FAILED',
  'PEER_REFUSED',
  'PEER_SILENT',
  'CONTRACT_BROKEN',
  'NOT_SETTLED',
]);

/** A line that began as a reply or an event, and is none of the contract's. */
function brokenLine({ peers }: Stage): string | undefined {
  for (const { name, entries } of peers) {
    for (const { way, text } of entries) {
      const line = way === '->' ? parsePeerLine(text) : undefined;
      if (line?.type === 'log' && line.isBreach === true) return `${name} broke the contract: ${line.problem}`;
    }
  }
  return undefined;
}

/** The latest lines of the clause, of all peers, in their order. */
function exchangeOf({ peers }: Stage): string[] {
  return peers
    .flatMap(({ name, shown }) => shown.map(entry => ({ ...entry, name })))
    .sort((a, b) => a.order - b.order)
    .slice(-EXCHANGE_LINES)
    .map(({ name, way, text }) => `${name} ${way} ${shortened(text)}`);
}

function shortened(text: string): string {
  return text.length > EXCHANGE_CHARACTERS ? `${text.slice(0, EXCHANGE_CHARACTERS)}…` : text;
}

function lastLines(error: Error): string[] {
  if (!isPeerFailure(error)) return [];
  const { lastLines: kept, log } = error.details;
  const found: unknown = kept ?? log;
  return Array.isArray(found) ? found.map(line => `-> ${String(line)}`) : [];
}
