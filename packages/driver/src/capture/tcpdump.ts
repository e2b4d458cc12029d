/** How drivers run tcpdump: its command, and what it says on its standard error. */

/**
 * How long before the end of a capture packets may be seen and not be read yet, in milliseconds. tcpdump drops those when it is told to
 * end.
 * @default 200: it reads them within a few; a busy machine takes longer
 */
export const DRAIN_MS = 200;

/** What is captured. */
export interface TcpdumpWish {
  readonly device: string;
  /** In the language of pcap-filter(7). */
  readonly filter: string;
}

/**
 * A script for a POSIX shell: captures until a line, or the end, of its standard input, so that no capture outlives who reads it.
 * The capture file goes to standard output.
 */
export function tcpdumpScript({ device, filter }: TcpdumpWish): string {
  const options = [
    '-i',
    device,
    '-p',
    '-n',
    '-s',
    '0',
    '-U',
    '--immediate-mode',
    '-B',
    '8192',
    '--time-stamp-precision=nano',
    '-w',
    '-',
  ];
  // As root it would else become another user, which takes rights that it does not have here.
  const asRoot = '$( [ "$(id -u 2>/dev/null || echo 0)" = 0 ] && echo "-Z root" )';
  return [
    `tcpdump ${options.join(' ')} ${asRoot} '${filter}' & t=$!`,
    // What it says of an interrupt is how many packets were dropped.
    'read x; kill -TERM $t 2>/dev/null; wait $t',
  ].join('\n');
}

/** What tcpdump says: line by line. */
export class TcpdumpWords {
  /** Resolves when it captures. @throws {Error} with its own words where it cannot */
  readonly listening: Promise<void>;
  #dropped: number | undefined;
  #onListening: () => void = () => undefined;
  #onFailed: (error: Error) => void = () => undefined;
  #rest = '';

  constructor() {
    this.listening = new Promise((resolve, reject) => {
      this.#onListening = resolve;
      this.#onFailed = reject;
    });
    this.listening.catch(() => undefined);
  }

  /** Packets that the kernel dropped; undefined until it has ended. */
  get droppedPackets(): number | undefined {
    return this.#dropped;
  }

  /** Takes the next text of its standard error. */
  take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
  }

  /** Takes the end of it. @param why in one clause, where it never captured */
  end(why: string): void {
    if (this.#rest !== '') this.#takeLine(this.#rest);
    this.#rest = '';
    this.#onFailed(new Error(why));
  }

  #takeLine(line: string): void {
    const dropped = /^(\d+) packets? dropped by kernel/.exec(line)?.[1];
    if (dropped !== undefined) this.#dropped = Number(dropped);
    if (/listening on /.test(line)) this.#onListening();
    else if (/^tcpdump: (?!verbose output|data link type|WARNING)/.test(line) || /not found/.test(line)) {
      this.#onFailed(new Error(line.replace(/^tcpdump: /, '')));
    }
  }
}
