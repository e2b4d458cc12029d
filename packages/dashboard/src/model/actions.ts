/** What the page can have done to a lab, and the command of `lab` that does the same. Nothing else is possible from it. */

/** One thing to do. Peers are named. */
export type Action =
  | { readonly do: 'broadcast'; readonly from: string; readonly text: string; readonly ttl?: number | undefined }
  | {
      readonly do: 'dm';
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly ttl?: number | undefined;
    }
  | { readonly do: 'verify' }
  | { readonly do: PeerVerb; readonly peer: string };

/** What can be done to one peer. */
export type PeerVerb = 'kill' | 'stop' | 'start' | 'restart' | 'pause' | 'unpause' | 'isolate' | 'rejoin';

/** What came of it. */
export interface ActionResult {
  readonly ok: boolean;
  /** In a sentence. */
  readonly text: string;
  /** What to do, where it failed. */
  readonly advice?: string | undefined;
  /** The message that was sent. */
  readonly messageId?: string | undefined;
}

/** The command line that does the same. */
export function commandLine(lab: string, action: Action): string {
  const words = wordsOf(lab, action);
  return ['lab', ...words].map(quoted).join(' ');
}

function wordsOf(lab: string, action: Action): string[] {
  switch (action.do) {
    case 'broadcast':
      return ['broadcast', lab, action.from, ...textWords(action.text, action.ttl)];
    case 'dm':
      return ['dm', lab, action.from, action.to, ...textWords(action.text, action.ttl)];
    case 'verify':
      return ['verify', lab];
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
