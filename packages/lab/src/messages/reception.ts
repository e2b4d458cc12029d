/** Deliveries as the lab keeps them: an object each for who judges them, five numbers each while they are kept. */
import type { Content, Contents } from './content.ts';

/** One delivery to a peer's application. */
export interface Reception {
  /** The receiver's place in the topology. */
  readonly peer: number;
  /** The node id of the neighbour that it came from; undefined where the peer does not know. */
  readonly from: string | undefined;
  readonly hops: number;
  /** What was delivered; left out: not known, and not compared. */
  readonly content?: Content | undefined;
  /** When the lab learnt of it, in milliseconds on the lab's clock. */
  readonly atMs: number;
}

/** Node ids that are told apart; a program that makes up more is a stranger from then on. */
const MAX_NODES = 65_536;

/** Small numbers for node ids, so that a delivery takes no text. */
export class NodeNumbers {
  readonly #ids: string[] = [];
  readonly #numbers: Map<string, number> = new Map();

  /** -1 for one that is not known. */
  numberOf(nodeId: string | undefined): number {
    if (nodeId === undefined) return -1;
    const known = this.#numbers.get(nodeId);
    if (known !== undefined) return known;
    if (this.#ids.length === MAX_NODES) return -1;
    this.#numbers.set(nodeId, this.#ids.length);
    return this.#ids.push(nodeId) - 1;
  }

  idOf(number: number): string | undefined {
    return this.#ids[number];
  }
}

const FIELDS = 5;

/** In place of a mark where the content is not known. */
const NO_MARK = -1;

/** The deliveries of one message, in the order in which the lab learnt of them. */
export class ReceptionList {
  readonly #nodes: NodeNumbers;
  readonly #contents: Contents;
  readonly #numbers: number[] = [];

  constructor(nodes: NodeNumbers, contents: Contents) {
    this.#nodes = nodes;
    this.#contents = contents;
  }

  get length(): number {
    return this.#numbers.length / FIELDS;
  }

  add({ peer, from, hops, atMs, content }: Reception): void {
    this.#numbers.push(peer, this.#nodes.numberOf(from), hops, atMs, content?.mark ?? NO_MARK);
  }

  /** As objects. */
  all(): Reception[] {
    const numbers = this.#numbers;
    return Array.from({ length: this.length }, (_, i) => ({
      peer: numbers[FIELDS * i] ?? -1,
      from: this.#nodes.idOf(numbers[FIELDS * i + 1] ?? -1),
      hops: numbers[FIELDS * i + 2] ?? 0,
      atMs: numbers[FIELDS * i + 3] ?? 0,
      content: this.#contentOf(numbers[FIELDS * i + 4] ?? NO_MARK),
    }));
  }

  #contentOf(mark: number): Content | undefined {
    return mark === NO_MARK ? undefined : this.#contents.marked(mark);
  }
}
