/**
 * What a program printed last, and the line of it that says why it ended: `Error: …` above a stack trace, the last line of
 * Python's, the first of Go's, the shell's `not found`. A trace may be longer than what is kept: its cause is kept with it.
 */

/** Lines that are kept. @default 20: a stack trace of most languages */
const KEPT_LINES = 20;

/** Lines that every error shows: the cause is among so many. */
const SHOWN_LINES = 12;

/** Characters of a line that a message shows. */
const SHOWN_CHARACTERS = 500;

/** Lines that say why a program fails, in the languages that peers are written in. */
const CAUSES: readonly RegExp[] = [
  // JavaScript, Python, Java, .NET, Dart: `TypeError [ERR_X]: …`, `java.lang.IllegalStateException: …`.
  /^(?:Uncaught |Unhandled exception\.? ?|Exception in thread "[^"]*" |Caused by: |error: Uncaught (?:\(in promise\) )?)*(?:[\w$]+[.$])*\w*(?:Error|Exception)\b(?: \[\w+\])?(?::|$|\s*\{$)/,
  // Go, whose trace comes below it; V8, when memory ends.
  /^(?:panic|fatal error|FATAL ERROR): /,
  // Ruby: `peer.rb:3:in 'start': no port (RuntimeError)`.
  /^\S+:\d+:in .*\((?:\w|::)+\)$/,
  // Shells and loaders.
  /(?:command not found|: not found|No such file or directory|Permission denied|[Ee]xec format error)$/,
  /error while loading shared libraries: /,
  // What programs write of themselves.
  /^(?:\[?(?:fatal|error|critical)\]?)(?:\[\w+\])?[ :]/i,
  // C and C++.
  /^(?:terminate called |Segmentation fault|Assertion .* failed|.*: Assertion .* failed\.|.*ERROR: \w+Sanitizer: |Aborted|Bus error|Illegal instruction)/,
];

const RUST_PANIC = /^thread '.*' (?:\(\d+\) )?panicked at /;
const PYTHON_TRACE = /^(?:\s*[|+]\s*)?(?:Exception Group )?Traceback \(most recent call last\):$/;
const CPP_WHAT = /^\s+what\(\):\s+/;

/** Lines that go with a trace: they say where, not why. */
const TRACES: readonly RegExp[] = [
  /^\s/,
  /^[\^~-]+$/,
  /^[)}\]]+[,;]?$/,
  /^(?:Node\.js v\d|Emitted '\w+' event (?:at|on ))/,
  /^(?:goroutine \d+|created by |exit status \d+|\[signal |\[originating )/,
  // Go's frames: `main.(*Peer).listen(0xc000012345)`.
  /^[\w./*()[\]·-]+\(.*\)$/,
  /^(?:note|help|hint): /,
  /^stack backtrace:|^Stack trace:/i,
  /^(?:During handling of the above exception|The above exception was the direct cause)/,
  /^(?:\.\.\. \d+ more|#\d+ )/,
];

/** A line of the peer contract, of one peer or of one in a pack. */
const OF_CONTRACT = /^(?:\d{1,9}>)?\{"(?:event|reply|pack)":/;

/** See the module's header. */
export class LastWords {
  readonly #kept: string[] = [];
  #cause: string | undefined;
  /** Other lines since the cause that are no part of a trace, and the latest of them. */
  #otherLines = 0;
  #latest: string | undefined;
  #before = '';
  #isInPython = false;

  /** Of lines that are there already. */
  static of(lines: Iterable<string>): LastWords {
    const words = new LastWords();
    for (const line of lines) words.add(line);
    return words;
  }

  /** Takes the next line. Lines of the peer contract are kept, and are never why. */
  add(line: string): void {
    this.#kept.push(line);
    if (this.#kept.length > KEPT_LINES) this.#kept.shift();
    if (line.trim() === '' || OF_CONTRACT.test(line)) return;
    if (PYTHON_TRACE.test(line)) {
      this.#isInPython = true;
      return;
    }
    const cause = this.#causeIn(line);
    if (cause !== undefined) {
      this.#cause = cause;
      this.#otherLines = 0;
      this.#latest = undefined;
    } else if (!TRACES.some(trace => trace.test(line))) this.#other(line);
    this.#before = line;
  }

  /** The newest lines, oldest first; the cause is among the last twelve, before the newest where it is older. */
  get lines(): readonly string[] {
    const cause = this.#cause;
    const isShown = (line: string): boolean => line.trim() !== '' && cause?.includes(line.trim()) === true;
    if (cause === undefined || this.#kept.slice(-SHOWN_LINES).some(isShown)) return [...this.#kept];
    return [cause, '…', ...this.#kept.slice(2 - SHOWN_LINES)];
  }

  /** The line that says why it ended; undefined where none looks like one. */
  get cause(): string | undefined {
    return this.#cause;
  }

  /** What a message should repeat: the cause, or the last line that is no part of a trace; undefined where nothing was printed. */
  get text(): string | undefined {
    const last = this.#latest ?? this.#kept.findLast(line => line.trim() !== '' && !line.startsWith('{"'));
    const found =
      this.#cause === undefined
        ? last
        : [this.#cause, ...(this.#latest === undefined ? [] : [this.#latest])].join('; ');
    return found === undefined || found.length <= SHOWN_CHARACTERS ? found : `${found.slice(0, SHOWN_CHARACTERS)}…`;
  }

  /** `; it last printed: Error: no port`, for the end of a message; empty where nothing was printed. */
  get clause(): string {
    const { text } = this;
    return text === undefined ? '' : `; it last printed: ${text.trim()}`;
  }

  #causeIn(line: string): string | undefined {
    const isTop = !/^\s/.test(line);
    if (this.#isInPython && isTop) {
      this.#isInPython = false;
      return line;
    }
    if (RUST_PANIC.test(this.#before) && isTop && !line.startsWith('note: ')) return `${this.#before} ${line}`;
    if (CPP_WHAT.test(line)) return `${this.#before}: ${line.trim()}`;
    return RUST_PANIC.test(line) || CAUSES.some(cause => cause.test(line)) ? line : undefined;
  }

  #other(line: string): void {
    this.#latest = line;
    this.#otherLines++;
    // What was reported so long before is not why it ended.
    if (this.#otherLines > KEPT_LINES) this.#cause = undefined;
  }
}
