/** What `facts:` of kinds has found, by peer: values that commands of other peers use as well. */

/** See the module's header. One for all peers of a lab. */
export class FoundValues {
  readonly #values: Map<number, Readonly<Record<string, string>>> = new Map();

  /** Those of one peer; undefined as long as none are found. */
  of(index: number): Readonly<Record<string, string>> | undefined {
    return this.#values.get(index);
  }

  /** In place of those of its run before. @returns the names of those that are others now */
  set(index: number, values: Readonly<Record<string, string>>): readonly string[] {
    const before = this.#values.get(index);
    this.#values.set(index, values);
    return Object.keys(values).filter(name => before?.[name] !== undefined && before[name] !== values[name]);
  }
}
