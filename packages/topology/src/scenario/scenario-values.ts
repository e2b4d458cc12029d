/** Reads single values of a scenario, quantities and names of peers, and reports what they are not. */
import { didYouMean, readDurationMs } from '@peerlab/conditions';
import { describe } from '../in-words.ts';
import type { Path } from '../yaml-document.ts';
import { expandPeers } from './peer-words.ts';

/** Takes one problem. */
export type Report = (path: Path, message: string, advice?: string, at?: 'key' | 'value') => void;

/** See the module's header. */
export class ScenarioValues {
  /** In topology order. */
  readonly #names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly report: Report;

  constructor(names: readonly string[], report: Report) {
    this.#names = names;
    this.#places = new Map(names.map((name, i) => [name, i]));
    this.report = report;
  }

  /** A duration; undefined if it is omitted or invalid; an invalid one is reported. */
  durationMs(value: unknown, path: Path): number | undefined {
    return this.quantity(value, path, readDurationMs, 'a time', '500ms, 2s or 1m');
  }

  /** A value in its unit; undefined if it is omitted or invalid; an invalid one is reported. */
  quantity<T>(
    value: unknown,
    path: Path,
    read: (value: unknown) => T | undefined,
    what: string,
    examples: string,
  ): T | undefined {
    if (value === undefined) return undefined;
    const found = read(value);
    if (found === undefined) this.report(path, `must be ${what}, not ${describe(value)}`, `such as ${examples}`);
    return found;
  }

  /** Peers by name; reports the names that are none. */
  peers(words: unknown, path: Path): string[] {
    return expandPeers(words as string | string[], this.#names, this.#places, (word, index) => {
      this.#reportUnknown(word, index === undefined ? path : [...path, index]);
    });
  }

  /** One peer by name; reports a name that is none. */
  peer(word: unknown, path: Path): string {
    const name = String(word);
    if (!this.#places.has(name)) this.#reportUnknown(name, path);
    return name;
  }

  #reportUnknown(name: string, path: Path): void {
    const names = this.#names;
    const few = `its peers are ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
    this.report(path, `unknown peer "${name}"`, didYouMean(name, names) ?? few);
  }
}
