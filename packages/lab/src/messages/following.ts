/**
 * The messages that one step or check sends, from their sending until they are judged. Memory is bounded: a message
 * that has arrived as it should is folded into sums, and only its id is kept, so that a copy that comes later is still
 * noticed; what does not fit is known, and not judged.
 */
import { IdTable } from './id-table.ts';
import type { Reception, ReceptionList } from './reception.ts';

/** How messages are followed. */
export interface FollowingOptions {
  /**
   * Called with all deliveries of a message whenever one more has come; true: they may go, since the message is as it
   * should be so far. @default every delivery is kept
   */
  readonly isWhole?: ((index: number, id: string, list: ReceptionList) => boolean) | undefined;
  /** Deliveries that are kept at most. @default 8000000: some 300 MB, of messages that have not arrived as they should */
  readonly maxKept?: number | undefined;
}

const MAX_KEPT = 8_000_000;

/** What a following needs of the lab's {@link Receptions}. */
export interface ReceptionSource {
  readonly heard: () => number;
  readonly list: () => ReceptionList;
  readonly takeBack: (id: string, since: number) => ReceptionList | undefined;
  readonly end: (lists: Iterable<readonly [id: string, list: ReceptionList]>) => void;
}

/** What is known of a message: everything; that it was whole, and what came later; or not enough to judge it. */
export type Followed =
  | { readonly state: 'kept'; readonly list: ReceptionList }
  | { readonly state: 'whole'; readonly later: ReceptionList | undefined }
  | { readonly state: 'unsure' };

/** See the module's header. The sender numbers its messages, from 0. */
export class Following implements Disposable {
  readonly #source: ReceptionSource;
  readonly #isWhole: NonNullable<FollowingOptions['isWhole']>;
  readonly #maxKept: number;
  readonly #ids: IdTable = new IdTable();
  readonly #kept: Map<number, ReceptionList> = new Map();
  readonly #later: Map<number, ReceptionList> = new Map();
  readonly #unsure: Set<number> = new Set();
  readonly #heardBefore: number;
  #deliveries = 0;
  #own = 0;

  constructor(source: ReceptionSource, { isWhole = () => false, maxKept = MAX_KEPT }: FollowingOptions) {
    this.#source = source;
    this.#isWhole = isWhole;
    this.#maxKept = maxKept;
    this.#heardBefore = source.heard();
  }

  /** To be called before a message is sent. @returns what {@link sent} asks for */
  sending(): number {
    return this.#source.heard();
  }

  /**
   * A message was sent, and this is its id.
   * @param since what {@link sending} returned
   * @returns false, and changes nothing, where another message has this id
   */
  sent(id: string, index: number, since: number): boolean {
    const key = id.toLowerCase();
    if (this.#ids.get(key) !== undefined) return false;
    this.#ids.set(key, index);
    const early = this.#source.takeBack(key, since);
    if (early === undefined) {
      this.#unsure.add(index);
      return true;
    }
    this.#own += early.length;
    this.#kept.set(index, early);
    this.#grown(index, key, early.length);
    return true;
  }

  /** Takes a delivery, if it is of one of these messages. @param id in lower case */
  take(id: string, reception: Reception): boolean {
    const index = this.#ids.get(id);
    if (index === undefined) return false;
    this.#own++;
    if (this.#unsure.has(index)) return true;
    (this.#kept.get(index) ?? this.#laterOf(index)).add(reception);
    this.#grown(index, id, 1);
    return true;
  }

  /** The number of a message; undefined for one that is not among them. */
  indexOf(id: string): number | undefined {
    return this.#ids.get(id);
  }

  /** What is known of a message by now. */
  of(index: number): Followed {
    if (this.#unsure.has(index)) return { state: 'unsure' };
    const list = this.#kept.get(index);
    return list === undefined ? { state: 'whole', later: this.#later.get(index) } : { state: 'kept', list };
  }

  /** The ids of the messages that were sent, with their numbers, in no particular order. */
  ids(): Iterable<[id: string, index: number]> {
    return this.#ids.entries();
  }

  /** Deliveries of other messages since the beginning, as far as the lab heard them. */
  get others(): number {
    return this.#source.heard() - this.#heardBefore - this.#own;
  }

  /** Lets go. The latest messages may still be asked for by their ids. */
  [Symbol.dispose](): void {
    const kept = [...this.#ids.entries()].flatMap(([id, index]) => {
      const list = this.#kept.get(index);
      return list === undefined ? [] : [[id, list] as const];
    });
    this.#kept.clear();
    this.#later.clear();
    this.#source.end(kept);
  }

  #laterOf(index: number): ReceptionList {
    const list = this.#later.get(index) ?? this.#source.list();
    this.#later.set(index, list);
    return list;
  }

  /** More deliveries of a message are kept: it may be whole by now, or too much. */
  #grown(index: number, id: string, more: number): void {
    this.#deliveries += more;
    const list = this.#kept.get(index);
    if (list !== undefined && this.#isWhole(index, id, list)) {
      this.#kept.delete(index);
      this.#deliveries -= list.length;
    } else if (this.#deliveries > this.#maxKept) {
      this.#deliveries -= (list ?? this.#later.get(index))?.length ?? 0;
      this.#kept.delete(index);
      this.#later.delete(index);
      this.#unsure.add(index);
    }
  }
}
