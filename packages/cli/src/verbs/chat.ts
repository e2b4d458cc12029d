/** `lab chat LAB PEER`: talk as one peer of a running lab. What it says and hears are the lab's ordinary messages. */
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Lab, LabEvent, MessageFinding } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { untilStopped } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { namesOf } from '../output/event-text.ts';
import { plural, print, taken } from '../output/print.ts';
import { painted, style } from '../output/style.ts';
import { run, type Verb } from './verb.ts';

interface ChatArgs {
  readonly lab: string;
  readonly peer: string;
}

const HELP = '/dm peer text · /peers · /quit';

/** The verb. */
export const chat: Verb<ChatArgs> = {
  builder: args =>
    args
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('peer', { type: 'string', demandOption: true, describe: 'the peer that you chat as' }),
  handler: async ({ lab: name, peer }) =>
    await run(async () => {
      const { signal } = untilStopped();
      await using lab = await openNamed(name, { signal });
      lab.peerIndex(peer);
      await new Chat(lab, peer).untilLeft(signal);
      // Leaving is how a chat ends, by Ctrl-C as well.
      return EXIT.ok;
    }),
};

class Chat {
  readonly #lab: Lab;
  readonly #me: string;
  readonly #left: AbortController = new AbortController();
  readonly #lines: Interface;

  constructor(lab: Lab, me: string) {
    this.#lab = lab;
    this.#me = me;
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: painted(`${style.name(me)}> `),
    });
  }

  async untilLeft(signal: AbortSignal): Promise<void> {
    const left = this.#left;
    signal.addEventListener('abort', () => left.abort(), { once: true });
    let said: Promise<void> = Promise.resolve();
    this.#lines.on('line', line => {
      said = said.then(async () => await this.#say(line.trim())).then(() => this.#prompt());
    });
    this.#lines.on('SIGINT', () => left.abort());
    // The end of the input: what was said before it is still sent.
    this.#lines.on('close', () => void said.then(() => left.abort()));
    const events = this.#lab.watch({ signal: left.signal })[Symbol.asyncIterator]();
    let next = events.next();
    this.#show(`you are ${this.#me} of ${this.#lab.name}, ${plural(this.#lab.topology.peers.length, 'peer')}. ${HELP}`);
    for (let event = await next; event.done !== true; event = await next) {
      this.#hear(event.value);
      await taken(left.signal);
      next = events.next();
    }
    this.#lines.close();
  }

  #hear({ peer, event }: LabEvent): void {
    if (peer !== this.#me || event.event !== 'received') return;
    const { kind, origin, hops, payload } = event;
    const text = typeof payload === 'string' ? payload : `${payload.base64.length} characters of base64`;
    const name = style.name(namesOf(this.#lab.running.peers)(origin));
    this.#show(`${kind === 'dm' ? '[dm] ' : ''}${name}: ${text}  ${style.dim(plural(hops, 'hop'))}`);
  }

  async #say(line: string): Promise<void> {
    const [word = '', to = '', ...rest] = line.split(/\s+/);
    try {
      if (word === '') return;
      if (!word.startsWith('/')) this.#tell(await this.#lab.broadcast(this.#me, line));
      else if (word === '/dm' && rest.length > 0) this.#tell(await this.#lab.dm(this.#me, to, rest.join(' ')));
      else if (word === '/peers') this.#show(this.#lab.topology.peers.map(({ name }) => name).join(' '));
      else if (word === '/quit') this.#left.abort();
      else this.#show(HELP);
    } catch (error) {
      this.#show(error instanceof Error ? error.message : String(error));
    }
  }

  /** How far it came. That others talk meanwhile is none of its business, so frames are not judged here. */
  #tell({ received, missed, to }: MessageFinding): void {
    const reached = to === undefined ? plural(received.length, 'peer') : to;
    const told = received.length === 0 ? 'no peer received it' : `it reached ${reached}`;
    this.#show(style.dim(missed.length === 0 ? told : `${told}; missed: ${missed.join(' ')}`));
  }

  /** Shows a line above the one that is being typed. */
  #show(text: string): void {
    if (process.stdout.isTTY) {
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
    }
    print(text);
    this.#prompt();
  }

  #prompt(): void {
    if (process.stdout.isTTY && !this.#left.signal.aborted) this.#lines.prompt(true);
  }
}
