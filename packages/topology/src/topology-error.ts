/** The error of a topology file: every problem in it, each with its place and what to do. */

/** One problem. */
export interface TopologyProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Where in the document, such as `links[3]` or `defaults.ttl`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
  /** What to do about it, such as `did you mean "n20"?`. */
  readonly advice?: string | undefined;
}

/** A topology file that cannot be used. The message has one line for each problem. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  readonly code = 'TOPOLOGY_INVALID';
  readonly problems: readonly TopologyProblem[];

  constructor(problems: readonly TopologyProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** `topologies/x.yaml:7:11 links[3]: unknown peer "n21"; did you mean "n20"?` One line, safe for a terminal. */
export function formatProblem({ file, line, column, path, message, advice }: TopologyProblem): string {
  const place = `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}`;
  return visible(`${place}: ${message}${advice === undefined ? '' : `; ${advice}`}`);
}

/** Control characters, which a key or a name of the file may hold, as `\u000a`. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
