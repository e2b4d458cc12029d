/** What the page can have done to a lab, and the answer. Nothing else is possible from it. Peers are named. */
import type { Fault, LinkEnds, RepairVerb } from '@peerlab/conditions';
import type { Verdict } from '@peerlab/finding';

/** A message to send. */
export type SendAction =
  | { readonly do: 'broadcast'; readonly from: string; readonly text: string; readonly ttl?: number | undefined }
  | {
      readonly do: 'dm';
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly ttl?: number | undefined;
    };

/** Something to break: any row of the table of faults. */
export interface FaultAction {
  readonly do: 'fault';
  readonly fault: Fault;
}

/** Something to mend; `heal`: everything. */
export type RepairAction =
  | { readonly do: RepairVerb; readonly peer: string }
  | { readonly do: 'link-up'; readonly link: LinkEnds }
  | { readonly do: 'heal' };

/** One thing to do. */
export type Action =
  | SendAction
  | FaultAction
  | RepairAction
  | { readonly do: 'verify' }
  /** Lets virtual time pass, in milliseconds. */
  | { readonly do: 'pass'; readonly ms: number };

/** What came of an action. */
export type ActionReply =
  | {
      readonly ok: true;
      /** In a sentence. */
      readonly text: string;
      /** The command line that does the same; left out where there is none. */
      readonly command?: string | undefined;
      /** The message that was sent. */
      readonly messageId?: string | undefined;
      /** Of checks and messages. */
      readonly verdict?: Verdict | undefined;
    }
  | {
      readonly ok: false;
      readonly error: string;
      /** What to do about it. */
      readonly advice?: string | undefined;
      readonly command?: string | undefined;
    };
