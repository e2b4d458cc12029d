/**
 * The messages of one step or check, by what came of them: judged while they arrive where there may be many, and the rest
 * once the lab is at rest. following.ts keeps the deliveries, judge-message.ts is the oracle.
 */
import type { Graph } from '@peerlab/graph';
import { type Address, AlikeMessages, type WholeMessages } from './alike-messages.ts';
import type { Content, Contents } from './content.ts';
import type { Following } from './following.ts';
import { type JudgedMessage, judgeLater, judgeMessage, type SentMessage } from './judge-message.ts';
import type { Reception, ReceptionList } from './reception.ts';
import type { Receptions } from './receptions.ts';

/** What messages are judged by. */
export interface SentMessagesOptions {
  readonly graph: Graph;
  readonly receptions: Receptions;
  /** Of the peers by node id. */
  readonly places: ReadonlyMap<string, number>;
  /** Those that arrive as they should are kept as sums, for messages without number. */
  readonly isFolding: boolean;
}

/** A message of which something is to be told: it was not whole, or is not any more. */
interface Unfinished {
  readonly id: string;
  readonly index: number;
}

/** See the module's header. */
export class SentMessages implements Disposable {
  readonly #graph: Graph;
  readonly #places: ReadonlyMap<string, number>;
  readonly #contents: Contents;
  readonly #following: Following;
  readonly #alike: AlikeMessages[] = [];
  readonly #alikeByKey: Map<string, number> = new Map();
  readonly #distances: Map<number, Int32Array> = new Map();
  /** By the number of a message: which are alike, and when it was sent, on the lab's clock. */
  readonly #alikeOf: number[] = [];
  readonly #sentAtMs: number[] = [];
  readonly #marks: number[] = [];
  #unfinished: readonly Unfinished[] = [];
  #unsure = 0;
  #sent = 0;
  #mute: ReadonlySet<number> = new Set();
  #isAnySilent = false;

  constructor({ graph, receptions, places, isFolding }: SentMessagesOptions) {
    this.#graph = graph;
    this.#places = places;
    this.#contents = receptions.contents;
    this.#following = receptions.follow(
      isFolding ? { isWhole: (index, id, list) => this.#isWhole(index, id, list) } : {},
    );
  }

  /** Messages that were sent. */
  get count(): number {
    return this.#sent;
  }

  /** Messages of which deliveries had to be forgotten. */
  get unsure(): number {
    return this.#unsure;
  }

  /** Deliveries of other messages meanwhile, as far as the lab heard them. */
  get others(): number {
    return this.#following.others;
  }

  /** Of those that were sent, with when, on the lab's clock; in no particular order. */
  *ids(): Generator<{ readonly id: string; readonly sentAtMs: number }> {
    for (const [id, index] of this.#following.ids()) yield { id, sentAtMs: this.#sentAtMs[index] ?? 0 };
  }

  /** Those that are kept as sums. */
  get whole(): readonly WholeMessages[] {
    return this.#alike;
  }

  /**
   * Sends one.
   * @param content what it says
   * @param ask has its origin send it, and gives its id and the time
   * @returns false where its id is that of another one
   */
  async send(
    address: Address,
    content: Content,
    ask: () => Promise<{ readonly id: string; readonly atMs: number }>,
  ): Promise<boolean> {
    const index = this.#alikeOf.push(this.#alikeIndex(address)) - 1;
    this.#marks[index] = content.mark;
    const since = this.#following.sending();
    const { id, atMs } = await ask();
    this.#sentAtMs[index] = atMs;
    this.#sent++;
    return this.#following.sent(id, index, since);
  }

  /** Deliveries that must come, and that have come so far. @param due who must receive a message */
  arrivals(due: (address: Address, expected: readonly number[]) => readonly number[]): {
    readonly due: number;
    readonly came: number;
  } {
    let [all, came] = [0, 0];
    for (const [, index] of this.#following.ids()) {
      const followed = this.#following.of(index);
      if (followed.state === 'unsure') continue;
      const { address, expected } = this.#alikeAt(index);
      const peers = due(address, expected);
      all += peers.length;
      const seen =
        followed.state === 'whole' ? new Set(expected) : new Set(followed.list.all().map(({ peer }) => peer));
      came += peers.filter(peer => seen.has(peer)).length;
    }
    return { due: all, came };
  }

  /** Those of these peers that delivered one of the messages that are not kept as sums. */
  receiversAmong(peers: ReadonlySet<number>): ReadonlySet<number> {
    const found = new Set<number>();
    if (peers.size === 0) return found;
    for (const [, index] of this.#following.ids()) {
      const followed = this.#following.of(index);
      const list = followed.state === 'kept' ? followed.list : followed.state === 'whole' ? followed.later : undefined;
      for (const { peer } of list?.all() ?? []) if (peers.has(peer)) found.add(peer);
    }
    return found;
  }

  /**
   * Nothing more is under way.
   * @param mute peers that could not tell all that they received: what they missed is not known
   * @param isAnySilent peers hang, which the graph leaves out and which may still relay: a message may then go further, or
   *   come by a shorter way, than the graph allows
   */
  finish(mute: ReadonlySet<number>, isAnySilent: boolean): void {
    this.#mute = mute;
    this.#isAnySilent = isAnySilent;
    const unfinished: Unfinished[] = [];
    for (const [id, index] of this.#following.ids()) {
      const followed = this.#following.of(index);
      if (followed.state === 'unsure') this.#unsure++;
      else if (followed.state === 'kept' || followed.later !== undefined) unfinished.push({ id, index });
      if (followed.state === 'whole' && followed.later !== undefined) this.#alikeAt(index).takeOut();
    }
    this.#unfinished = unfinished.sort((a, b) => a.index - b.index);
  }

  /** Every message that is not among the {@link whole}, in the order of their sending: judged anew with each walk. */
  *judged(): Generator<JudgedMessage & { readonly sentAtMs: number }> {
    for (const { id, index } of this.#unfinished) {
      const followed = this.#following.of(index);
      if (followed.state === 'unsure') continue;
      const { address, distance } = this.#alikeAt(index);
      const message = { ...address, id, content: this.#contentOf(index) };
      const judged =
        followed.state === 'kept'
          ? judgeMessage(this.#graph, message, followed.list.all(), distance, this.#places)
          : judgeLater(message, this.#alikeAt(index).expected, followed.later?.all() ?? [], distance);
      const violations = judged.violations.filter(({ kind, peer }) => {
        if (kind === 'missed') return !this.#mute.has(peer);
        return !this.#isAnySilent || (kind !== 'beyond-horizon' && kind !== 'hops');
      });
      yield { ...judged, violations, sentAtMs: this.#sentAtMs[index] ?? 0 };
    }
  }

  /** The messages that are kept as sums, one by one, in no particular order. */
  *wholeMessages(): Generator<{ readonly message: SentMessage; readonly expected: readonly number[] }> {
    for (const [id, index] of this.#following.ids()) {
      const followed = this.#following.of(index);
      if (followed.state !== 'whole' || followed.later !== undefined) continue;
      const { address, expected } = this.#alikeAt(index);
      yield { message: { ...address, id }, expected };
    }
  }

  /** The deliveries of one that is not kept as a sum, and when it was sent. */
  factsOf(id: string): { readonly receptions: readonly Reception[]; readonly sentAtMs: number } {
    const index = this.#following.indexOf(id);
    if (index === undefined) return { receptions: [], sentAtMs: 0 };
    const followed = this.#following.of(index);
    const list = followed.state === 'kept' ? followed.list : followed.state === 'whole' ? followed.later : undefined;
    return { receptions: list?.all() ?? [], sentAtMs: this.#sentAtMs[index] ?? 0 };
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    this.#unfinished = [];
  }

  #isWhole(index: number, id: string, list: ReceptionList): boolean {
    const alike = this.#alikeAt(index);
    // Most deliveries are not the last one.
    if (list.length !== alike.expected.length) return false;
    const receptions = list.all();
    const message = { ...alike.address, id, content: this.#contentOf(index) };
    const judged = judgeMessage(this.#graph, message, receptions, alike.distance, this.#places);
    if (judged.violations.length > 0) return false;
    alike.add(id, receptions, this.#sentAtMs[index] ?? 0);
    return true;
  }

  #contentOf(index: number): Content | undefined {
    const mark = this.#marks[index];
    return mark === undefined ? undefined : this.#contents.marked(mark);
  }

  #alikeAt(index: number): AlikeMessages {
    const alike = this.#alike[this.#alikeOf[index] ?? -1];
    if (alike === undefined) throw new RangeError(`no message ${index}`);
    return alike;
  }

  #alikeIndex(address: Address): number {
    const { from, to, ttl } = address;
    const key = `${from} ${to} ${ttl}`;
    const known = this.#alikeByKey.get(key);
    if (known !== undefined) return known;
    const distance = this.#distances.get(from);
    const alike = new AlikeMessages(this.#graph, { from, to, ttl }, distance);
    this.#distances.set(from, alike.distance);
    const index = this.#alike.push(alike) - 1;
    this.#alikeByKey.set(key, index);
    return index;
  }
}
