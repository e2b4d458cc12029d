/**
 * Who received what: every `received` event of a lab, by message. Messages that this lab sends are followed until they
 * are judged (following.ts); of all others the latest are remembered, and whatever is forgotten is known to be.
 */
import type { PeerClient } from '@peerlab/driver';
import { Contents } from './content.ts';
import { Following, type FollowingOptions } from './following.ts';
import { NodeNumbers, type Reception, ReceptionList } from './reception.ts';

/** What is remembered of messages that nobody follows. */
export interface ReceptionBounds {
  /** @default 50000: more than a test sends before it asks */
  readonly maxMessages: number;
  /** Deliveries of all of them together. @default 1000000: some 50 MB */
  readonly maxDeliveries: number;
}

const BOUNDS: ReceptionBounds = { maxMessages: 50_000, maxDeliveries: 1_000_000 };

interface Remembered {
  readonly list: ReceptionList;
  /** How many deliveries were heard before its first; -1: nobody waits for a reply that tells its id. */
  readonly since: number;
}

/** See the module's header. */
export class Receptions {
  readonly #bounds: ReceptionBounds;
  readonly #nodes: NodeNumbers = new NodeNumbers();
  /** What messages say of themselves, for who sends them as well. */
  readonly contents: Contents = new Contents();
  readonly #remembered: Map<string, Remembered> = new Map();
  readonly #followings: Set<Following> = new Set();
  #deliveries = 0;
  #heard = 0;
  #hasForgotten = false;
  /** The greatest `since` of those forgotten. */
  #forgottenSince = -1;

  constructor(bounds: ReceptionBounds = BOUNDS) {
    this.#bounds = bounds;
  }

  /** Deliveries heard so far, of whatever message. */
  get heard(): number {
    return this.#heard;
  }

  /** Listens to a peer from now on. @returns a function that stops it */
  listenTo(client: PeerClient): () => void {
    return client.onEvent((event, atMs = performance.now()) => {
      if (event.event !== 'received') return;
      const { id, kind, origin, from, hops, payload } = event;
      const content = this.contents.of(kind, origin, payload);
      this.#take(id.toLowerCase(), { peer: client.index, from, hops, atMs, content });
    });
  }

  /** Follows messages that are about to be sent. Dispose of it once they are judged. */
  follow(options: FollowingOptions = {}): Following {
    const following = new Following(
      {
        heard: () => this.#heard,
        list: () => new ReceptionList(this.#nodes, this.contents),
        takeBack: (id, since) => this.#takeBack(id, since),
        end: lists => {
          this.#followings.delete(following);
          for (const [id, list] of lists) this.#remember(id, list, -1);
        },
      },
      options,
    );
    this.#followings.add(following);
    return following;
  }

  /** Remembers a message from its sending on, so that one that nobody receives is not taken for forgotten. */
  expect(id: string): void {
    const known = id.toLowerCase();
    if (!this.#remembered.has(known)) this.#remember(known, new ReceptionList(this.#nodes, this.contents), -1);
  }

  /**
   * The deliveries of a message that nobody follows, in the order in which the lab learnt of them; undefined where they
   * may have been forgotten.
   */
  of(messageId: string): readonly Reception[] | undefined {
    const known = this.#remembered.get(messageId.toLowerCase());
    if (known !== undefined) return known.list.all();
    return this.#hasForgotten ? undefined : [];
  }

  #take(id: string, reception: Reception): void {
    const since = this.#heard++;
    for (const following of this.#followings) if (following.take(id, reception)) return;
    const known = this.#remembered.get(id);
    const list = known?.list ?? new ReceptionList(this.#nodes, this.contents);
    list.add(reception);
    if (known === undefined) this.#remember(id, list, since);
    else this.#grown(1);
  }

  /** Deliveries that came before the reply that told the id; undefined where some may have been forgotten. */
  #takeBack(id: string, since: number): ReceptionList | undefined {
    if (this.#forgottenSince >= since) return undefined;
    const known = this.#remembered.get(id);
    if (known === undefined) return new ReceptionList(this.#nodes, this.contents);
    this.#remembered.delete(id);
    this.#deliveries -= known.list.length;
    return known.list;
  }

  #remember(id: string, list: ReceptionList, since: number): void {
    this.#remembered.set(id, { list, since });
    this.#grown(list.length);
  }

  #grown(deliveries: number): void {
    const { maxMessages, maxDeliveries } = this.#bounds;
    this.#deliveries += deliveries;
    while (this.#remembered.size > maxMessages || this.#deliveries > maxDeliveries) {
      const oldest = this.#remembered.entries().next();
      if (oldest.done) return;
      const [id, { list, since }] = oldest.value;
      this.#remembered.delete(id);
      this.#deliveries -= list.length;
      this.#hasForgotten = true;
      this.#forgottenSince = Math.max(this.#forgottenSince, since);
    }
  }
}
