/** What the page can have done to a lab, the command of `lab` that does the same, and the answer. Nothing else is possible from it. */
import type { Verdict } from '@peerlab/finding';
import * as z from 'zod';

/** What breaks one peer. */
const PEER_FAULTS = ['kill', 'stop', 'pause', 'isolate'] as const;

/** What mends one peer. */
const PEER_REPAIRS = ['start', 'restart', 'unpause', 'rejoin'] as const;

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

/** A link, by the names of its peers. */
export type LinkEnds = readonly [string, string];

/** Something to break. */
export type FaultAction =
  | { readonly do: (typeof PEER_FAULTS)[number]; readonly peer: string }
  | { readonly do: 'link-down'; readonly link: LinkEnds }
  /** Each group hears itself alone; peers that are in none are one more. */
  | { readonly do: 'partition'; readonly groups: readonly (readonly string[])[] }
  /** So many milliseconds one way, in both directions. */
  | { readonly do: 'slow'; readonly links: readonly LinkEnds[]; readonly latencyMs: number };

/** Something to mend; `heal`: everything. */
export type RepairAction =
  | { readonly do: (typeof PEER_REPAIRS)[number]; readonly peer: string }
  | { readonly do: 'link-up'; readonly link: LinkEnds }
  | { readonly do: 'heal' };

/** One thing to do. Peers are named. */
export type Action =
  | SendAction
  | FaultAction
  | RepairAction
  | { readonly do: 'verify' }
  /** Lets virtual time pass, in milliseconds. */
  | { readonly do: 'pass'; readonly ms: number };

/** Characters of a message. */
const MAX_TEXT = 10_000;

/** The longest time that is let pass at once, in milliseconds: an hour. */
const MAX_PASS_MS = 3_600_000;

/** Peers or links that are named in one place. */
const MAX_NAMED = 10_000;

/** As `lab fault slow` takes it. */
const MAX_LATENCY_MS = 600_000;

const peer = z.string().min(1).max(100);
const text = z.string().max(MAX_TEXT);
const link = z.tuple([peer, peer]);
const ttl = z.int().min(0).max(65535).optional();

/** Parses an action's JSON. */
export const actionSchema: z.ZodType<Action> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('broadcast'), from: peer, text, ttl }),
  z.strictObject({ do: z.literal('dm'), from: peer, to: peer, text, ttl }),
  z.strictObject({ do: z.literal('verify') }),
  z.strictObject({ do: z.literal('link-down'), link }),
  z.strictObject({ do: z.literal('link-up'), link }),
  z.strictObject({ do: z.literal('partition'), groups: z.array(z.array(peer).min(1).max(MAX_NAMED)).min(1).max(100) }),
  z.strictObject({
    do: z.literal('slow'),
    links: z.array(link).min(1).max(MAX_NAMED),
    latencyMs: z.number().min(0).max(MAX_LATENCY_MS),
  }),
  z.strictObject({ do: z.literal('heal') }),
  z.strictObject({ do: z.literal('pass'), ms: z.number().positive().max(MAX_PASS_MS) }),
  z.strictObject({ do: z.enum(PEER_FAULTS), peer }),
  z.strictObject({ do: z.enum(PEER_REPAIRS), peer }),
]);

const REPAIRS: ReadonlySet<Action['do']> = new Set([...PEER_REPAIRS, 'link-up', 'heal']);

/** Tells what mends from what breaks. */
export function isRepair(action: FaultAction | RepairAction): action is RepairAction {
  return REPAIRS.has(action.do);
}

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

/** The command line that does the same; undefined where a lab outlives no command, as time that passes in a simulation. */
export function commandLine(lab: string, action: Action): string | undefined {
  const words = wordsOf(lab, action);
  return words === undefined ? undefined : ['lab', ...words].map(quoted).join(' ');
}

function wordsOf(lab: string, action: Action): string[] | undefined {
  switch (action.do) {
    case 'broadcast':
      return ['broadcast', lab, action.from, ...textWords(action.text, action.ttl)];
    case 'dm':
      return ['dm', lab, action.from, action.to, ...textWords(action.text, action.ttl)];
    case 'verify':
      return ['verify', lab];
    case 'pass':
      return undefined;
    case 'link-down':
      return ['link', 'down', lab, ...action.link];
    case 'link-up':
      return ['link', 'up', lab, ...action.link];
    case 'partition':
      return ['fault', 'partition', lab, ...action.groups.map(group => group.join(','))];
    case 'slow': {
      const links = action.links.map(ends => ends.join(':'));
      return ['fault', 'slow', lab, ...links, '--latency', String(action.latencyMs)];
    }
    case 'heal':
      return ['fault', 'heal', lab];
    default:
      return ['fault', action.do, lab, action.peer];
  }
}

/** A text that begins with a hyphen stands last, after `--`. */
function textWords(text: string, ttl: number | undefined): string[] {
  const limit = ttl === undefined ? [] : ['--ttl', String(ttl)];
  return text.startsWith('-') ? [...limit, '--', text] : [text, ...limit];
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
