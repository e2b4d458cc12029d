/**
 * Reads `program:`, `facts:` and `setup:` of a file: commands split into words, and every template and pattern checked, so that
 * none of them can fail for its form when a lab runs.
 */
import { didYouMean } from '@peerlab/conditions';
import { splitWords } from './command-line.ts';
import type { Report } from './generator-section.ts';
import type { CommandLine, ProgramCommand, ProgramReadiness, ProgramSpec, SetupStep } from './program-model.ts';
import type { SetupEntry } from './program-schema.ts';
import type { ScenarioValues } from './scenario/scenario-values.ts';
import { checkText } from './startable.ts';
import { PEER_WORDS, parseTemplate, type TemplateScope, templateProblems } from './templates.ts';
import type { Path } from './yaml-document.ts';

/** Signals that end a program which does not ask for more. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const;

/** The groups of patterns that mean something. */
type Group = 'peer' | 'message' | 'key' | 'value';

/** Words that a template has already. */
const TAKEN: readonly string[] = [...PEER_WORDS, 'lab', 'message', 'first', 'to'];

/** Reads sections of one file against what its templates may name. */
export class ProgramReader {
  readonly #scope: TemplateScope;
  readonly #report: Report;

  /** @param scope what a command may name that runs while its program does */
  constructor(scope: TemplateScope, report: Report) {
    this.#scope = scope;
    this.#report = report;
  }

  /** @param path of the section */
  program(section: unknown, path: Path): ProgramSpec {
    const entry: Readonly<Record<string, unknown>> = Object(section);
    const at = (key: string): Path => [...path, key];
    const [own, toPeer] = [this.#scope, { ...this.#scope, hasTo: true }];
    const run = this.#words(entry.run, at('run'), beforeStart(own)) ?? [];
    const join = this.#command(entry.join, at('join'), toPeer);
    const members = this.#command(entry.members, at('members'), own, ['peer']);
    const broadcast = this.#command(entry.broadcast, at('broadcast'), { ...own, hasMessage: true });
    const send = this.#command(entry.send, at('send'), { ...toPeer, hasMessage: true });
    const probe = this.#command(entry.probe, at('probe'), toPeer);
    const listen = this.#words(entry.listen, at('listen'), own);
    const key = this.#pattern(entry.key, at('key'), own, ['key']);
    const received = this.#pattern(entry.received, at('received'), own, key === undefined ? ['message'] : ['key']);
    if (key === undefined) {
      for (const [name, command] of [['broadcast', broadcast] as const, ['send', send] as const]) {
        this.#needs(
          command,
          /\{message\}/,
          at(name),
          'does not say what is sent',
          'add {message}, or key: to the program',
        );
      }
    }
    for (const [name, command] of [['send', send] as const, ['probe', probe] as const]) {
      this.#needs(command, /\{to\.\w+\}/, at(name), 'does not say to which peer', 'add {to.name} or {to.address}');
    }
    return defined<ProgramSpec>({
      run,
      ready: this.#readiness(entry.ready, at('ready')),
      join,
      members,
      broadcast,
      send,
      received,
      listen,
      probe,
      key,
      stop: this.#signal(entry.stop, at('stop')),
    });
  }

  /** `facts:` of a kind. */
  facts(section: unknown, path: Path): Readonly<Record<string, ProgramCommand>> {
    const found = Object.entries(Object(section)).flatMap(([name, entry]): [string, ProgramCommand][] => {
      const at = [...path, name];
      if (!/^[A-Za-z_][\w-]*$/.test(name)) {
        this.#report(at, `"${name}" cannot be a name in a template`, 'letters, digits, - and _', 'key');
      } else if (TAKEN.includes(name)) {
        this.#report(at, `{${name}} has a meaning already`, 'choose another name', 'key');
      }
      const command = this.#command(entry, at, this.#scope, ['value']);
      return command === undefined ? [] : [[name, command]];
    });
    return Object.fromEntries(found);
  }

  /** `setup:` of the file. @param values reads names of peers, and times */
  setup(section: unknown, values: Pick<ScenarioValues, 'peers' | 'durationMs'>): readonly SetupStep[] {
    const isList = Array.isArray(section);
    const entries: readonly unknown[] = isList ? section : [section];
    return entries.flatMap((entry, i): SetupStep[] => {
      const path: Path = isList ? ['setup', i] : ['setup'];
      const { on, within }: Partial<SetupEntry> = Object(entry);
      const command = this.#command(entry, path, this.#scope);
      // Of what is no peer, and no time, the schema has told.
      const isNamed = [on].flat().every(name => typeof name === 'string');
      const withinMs = typeof within === 'object' ? undefined : values.durationMs(within, [...path, 'within']);
      if (on === undefined || !isNamed || command === undefined) return [];
      return [defined<SetupStep>({ on: values.peers(on, [...path, 'on']), ...command, withinMs })];
    });
  }

  /** A command elsewhere in the file. @param entry text, words, or a map */
  command(entry: unknown, path: Path): ProgramCommand | undefined {
    return this.#command(entry, path, this.#scope);
  }

  /** A pattern elsewhere in the file. */
  pattern(text: unknown, path: Path): string | undefined {
    return this.#pattern(text, path, this.#scope);
  }

  /** A text that is filled in before a program starts: the content of a file, a variable. */
  text(text: unknown, path: Path, at: 'key' | 'value' = 'value'): void {
    if (typeof text === 'string') this.#check(text, path, beforeStart(this.#scope), at);
  }

  #command(entry: unknown, path: Path, scope: TemplateScope, groups?: readonly Group[]): ProgramCommand | undefined {
    if (entry === undefined || entry === null) return undefined;
    const isMap = typeof entry === 'object' && !Array.isArray(entry);
    const { run, status, match }: Readonly<Record<string, unknown>> = isMap ? Object(entry) : { run: entry };
    const words = this.#words(run, isMap ? [...path, 'run'] : path, scope);
    if (groups !== undefined && match === undefined) {
      const advice = `such as { run: …, match: '${GROUP_EXAMPLES[groups[0] ?? 'value']}' }`;
      this.#report(path, `needs match: with the group (?<${groups[0]}>…)`, advice);
    }
    const pattern = this.#pattern(match, [...path, 'match'], scope, groups);
    if (words === undefined) return undefined;
    return defined<ProgramCommand>({
      run: words,
      status: typeof status === 'number' || status === 'any' ? status : undefined,
      match: pattern,
    });
  }

  #readiness(entry: unknown, path: Path): ProgramReadiness | undefined {
    if (typeof entry !== 'object' || entry === null) return undefined;
    const { log, port }: Readonly<Record<string, unknown>> = Object(entry);
    if (log !== undefined) {
      const pattern = this.#pattern(log, [...path, 'log'], this.#scope);
      return pattern === undefined ? undefined : { log: pattern };
    }
    if (port !== undefined) {
      const text = String(port);
      this.#check(text, [...path, 'port'], this.#scope);
      if (!/^\{[\w.]+\}$/.test(text) && !(/^\d{1,5}$/.test(text) && Number(text) <= 65_535)) {
        this.#report([...path, 'port'], `"${text}" is no port`, 'such as 7946, or {port}');
      }
      return { port: text };
    }
    const command = this.#command(entry, path, this.#scope);
    return command === undefined ? undefined : { command };
  }

  #words(entry: unknown, path: Path, scope: TemplateScope): CommandLine | undefined {
    if (typeof entry !== 'string' && !Array.isArray(entry)) return undefined;
    let words: CommandLine;
    try {
      words = typeof entry === 'string' ? splitWords(entry) : entry.map(String);
    } catch {
      this.#report(path, 'a quote is not closed', 'close it, or write the command as a list of words');
      return undefined;
    }
    if ((words[0] ?? '').trim() === '') {
      this.#report(path, 'names no program', 'such as serf members');
      return undefined;
    }
    words.forEach((word, i) => {
      const at = typeof entry === 'string' ? path : [...path, i];
      this.#check(word, at, { ...scope, isWord: true });
      checkText(word, at, this.#report);
    });
    return words;
  }

  #pattern(text: unknown, path: Path, scope: TemplateScope, groups?: readonly Group[]): string | undefined {
    if (typeof text !== 'string') return undefined;
    this.#check(text, path, scope);
    let found: readonly string[];
    try {
      // With an empty alternative it matches anything, and tells its groups.
      found = Object.keys(new RegExp(`${withoutTemplates(text)}|`).exec('')?.groups ?? {});
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
      this.#report(path, `is no regular expression: ${why}`, 'a backslash before a character takes it literally');
      return undefined;
    }
    const missing = groups?.find(group => !found.includes(group));
    if (missing !== undefined) {
      const near = found.find(name => didYouMean(name, [missing]) !== undefined);
      const advice = near === undefined ? `such as ${GROUP_EXAMPLES[missing]}` : `"${near}" is written there`;
      this.#report(path, `has no group (?<${missing}>…)`, advice);
    }
    return text;
  }

  #needs(command: ProgramCommand | undefined, what: RegExp, path: Path, message: string, advice: string): void {
    const texts = command === undefined ? [] : [...command.run, command.match ?? ''];
    if (command !== undefined && !texts.some(text => what.test(text))) this.#report(path, message, advice);
  }

  #signal(name: unknown, path: Path): NodeJS.Signals | undefined {
    if (typeof name !== 'string') return undefined;
    const signal = STOP_SIGNALS.find(known => known === name);
    if (signal === undefined) {
      const advice = didYouMean(name, STOP_SIGNALS) ?? `one of ${STOP_SIGNALS.join(', ')}`;
      this.#report(path, `"${name}" is no signal that ends a program`, advice);
    }
    return signal;
  }

  #check(text: string, path: Path, scope: TemplateScope, at: 'key' | 'value' = 'value'): void {
    for (const { message, advice } of templateProblems(parseTemplate(text), scope)) {
      this.#report(path, message, advice, at);
    }
  }
}

const GROUP_EXAMPLES: Readonly<Record<Group, string>> = {
  peer: String.raw`^(?<peer>\S+)`,
  message: String.raw`received (?<message>\S+)`,
  key: String.raw`block (?<key>\S+)`,
  value: String.raw`key: (?<value>\S+)`,
};

/** Facts are asked of programs that run. */
function beforeStart(scope: TemplateScope): TemplateScope {
  return { ...scope, unknownYet: 'it is asked for when the programs run' };
}

/** A letter in the place of each template, so that it can be seen whether a pattern is one. */
function withoutTemplates(text: string): string {
  return parseTemplate(text)
    .map(part => (part.kind === 'text' ? part.text : 'x'))
    .join('');
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
