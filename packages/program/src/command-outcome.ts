/** What a command of a program came to, in words for a report. */
import { LastWords } from '@peerlab/driver';

/** A command that has ended. */
export interface CommandOutcome {
  /** Undefined: ended by a signal. */
  readonly status: number | undefined;
  /** How it ended, in one clause. */
  readonly reason: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lines of the output, without empty ones. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter(line => line.trim() !== '');
}

/** Lines of both streams that a failure repeats. */
const SHOWN_LINES = 3;
const SHOWN_CHARACTERS = 300;

/** `serf event exited with status 1: Error connecting to Serf agent: refused`. */
export function failureText(command: readonly string[], { reason, stdout, stderr }: CommandOutcome): string {
  const words = LastWords.of(linesOf(stderr.trim() === '' ? stdout : stderr));
  const lines = words.cause === undefined ? words.lines.slice(-SHOWN_LINES) : [words.cause];
  const said = shortened(lines.map(line => line.trim()).join(' / '));
  return `${nameOf(command)} ${reason}${said === '' ? '' : `: ${said}`}`;
}

/** The program and its first word that is no option: `serf event`, `redis-cli publish`. */
function nameOf([program = '', ...words]: readonly string[]): string {
  const verb = words.find(word => /^[a-z][\w-]*$/i.test(word));
  const name = program.slice(program.lastIndexOf('/') + 1);
  return verb === undefined ? name : `${name} ${verb}`;
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
