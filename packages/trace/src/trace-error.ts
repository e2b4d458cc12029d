/** What is wrong with a file that should be a trace. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code = 'TRACE_INVALID';
  /** The line, from 1; 0 for the file as a whole. */
  readonly line: number;
  readonly advice: string | undefined;

  constructor(message: string, line: number, advice?: string) {
    super(line === 0 ? message : `line ${line}: ${message}`);
    this.line = line;
    this.advice = advice;
  }
}
