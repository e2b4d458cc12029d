/** What the page can have done to a lab, as its server takes it. Nothing else is possible from it. */

import type { Verdict } from '@peerlab/finding';

/** What can be done to one peer. */
export type PeerVerb = 'kill' | 'stop' | 'start' | 'restart' | 'pause' | 'unpause' | 'isolate' | 'rejoin';

/** A link, by the names of its peers. */
export type LinkEnds = readonly [string, string];

/** One thing to do. Peers are named. */
export type Action =
  | { readonly do: 'broadcast'; readonly from: string; readonly text: string; readonly ttl?: number }
  | { readonly do: 'dm'; readonly from: string; readonly to: string; readonly text: string; readonly ttl?: number }
  | { readonly do: 'verify' | 'heal' }
  | { readonly do: PeerVerb; readonly peer: string }
  | { readonly do: 'link-down' | 'link-up'; readonly link: LinkEnds }
  /** Each group hears itself alone; peers that are in none are one more. */
  | { readonly do: 'partition'; readonly groups: readonly (readonly string[])[] }
  /** So many milliseconds one way, in both directions. */
  | { readonly do: 'slow'; readonly links: readonly LinkEnds[]; readonly latencyMs: number }
  /** Lets virtual time pass, in milliseconds. */
  | { readonly do: 'pass'; readonly ms: number };

/** What came of it. */
export type ActionResult =
  | {
      readonly ok: true;
      /** In a sentence. */
      readonly text: string;
      /** The command line that does the same; undefined where there is none. */
      readonly command?: string;
      /** The message that was sent. */
      readonly messageId?: string;
      /** Of checks and messages. */
      readonly verdict?: Verdict;
    }
  | { readonly ok: false; readonly error: string; readonly advice?: string; readonly command?: string };
