/** What the page can have done to a lab, the command of `lab` that does the same, and the answer. Nothing else is possible from it. */
import * as z from 'zod';

/** What can be done to one peer. */
export type PeerVerb = 'kill' | 'stop' | 'start' | 'restart' | 'pause' | 'unpause' | 'isolate' | 'rejoin';

/** Every {@link PeerVerb}. */
export const PEER_VERBS: readonly PeerVerb[] = [
  'kill',
  'stop',
  'start',
  'restart',
  'pause',
  'unpause',
  'isolate',
  'rejoin',
];

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

/** One thing to do. Peers are named. */
export type Action =
  | SendAction
  | { readonly do: 'verify' }
  /** Lets virtual time pass, in milliseconds. */
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: PeerVerb; readonly peer: string };

/** Characters of a message. */
const MAX_TEXT = 10_000;

/** The longest time that is let pass at once, in milliseconds: an hour. */
const MAX_PASS_MS = 3_600_000;

const peer = z.string().min(1).max(100);
const text = z.string().max(MAX_TEXT);
const ttl = z.int().min(0).max(65535).optional();

/** Parses an action's JSON. */
export const actionSchema: z.ZodType<Action> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('broadcast'), from: peer, text, ttl }),
  z.strictObject({ do: z.literal('dm'), from: peer, to: peer, text, ttl }),
  z.strictObject({ do: z.literal('verify') }),
  z.strictObject({ do: z.literal('pass'), ms: z.number().positive().max(MAX_PASS_MS) }),
  z.strictObject({ do: z.enum(PEER_VERBS), peer }),
]);

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
      /** Of checks and messages: whether everything was as the graph says. */
      readonly passed?: boolean | undefined;
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
    default:
      return [action.do, lab, action.peer];
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
