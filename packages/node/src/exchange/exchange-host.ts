/** What a peer exchange knows of its node, and what it has it do. */
import type { LinkEnd } from '@peerlab/protocol';
import type { Address } from './address.ts';
import type { News } from './news.ts';

/** A neighbour, as the exchange sees it. */
export interface ExchangeNeighbor {
  readonly id: string;
  /** The other end of the connection. */
  readonly host: string;
  readonly port: number;
  /** This node dialled: `port` is then where the neighbour listens. */
  readonly isDialled: boolean;
  /** The user asked for this link: it is not shed. */
  readonly isKept: boolean;
  /** Where the neighbour says that it listens; 0: it does not. */
  readonly listenPort: number;
}

/** How a dial ended: at a neighbour, or not. */
export type ExchangeDialEnd =
  | { readonly id: string }
  | { readonly failure: string; readonly end?: LinkEnd | undefined };

/** See the module's header. */
export interface ExchangeHost {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  neighbors(): readonly ExchangeNeighbor[];
  /** One of them, by its node id. */
  neighbor(id: string): ExchangeNeighbor | undefined;
  /** Dials once; the link is not dialled again by itself when it is lost. `done` is never called before it returns. */
  dial(address: Address, done: (end: ExchangeDialEnd) => void): void;
  /** Tells every neighbour. */
  tell(news: News): void;
  /** Ends the link to a neighbour that has enough others. */
  shed(id: string): void;
  /** `handleTimeout` is wanted at this time; replaces what was wanted before. */
  wake(atMs: number): void;
  /** No address that it was given answers, and it has no link. */
  isolated(failure: string): void;
}
