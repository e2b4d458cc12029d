/** What `facts:` of kinds has found, by peer: values that commands of other peers use as well. */

/** A value that a peer has come back with in place of another one. */
export interface ChangedValue {
  /** Of the fact. */
  readonly name: string;
  readonly before: string;
  readonly now: string;
}

/** See the module's header. One for all peers of a lab. */
export class FoundValues {
  readonly #values: Map<number, Readonly<Record<string, string>>> = new Map();
  readonly #changed: Map<number, readonly ChangedValue[]> = new Map();

  /** Those of one peer; undefined as long as none are found. */
  of(index: number): Readonly<Record<string, string>> | undefined {
    return this.#values.get(index);
  }

  /** In place of those of its run before. @returns those that are others now */
  set(index: number, values: Readonly<Record<string, string>>): readonly ChangedValue[] {
    const known = this.#values.get(index);
    this.#values.set(index, values);
    const changed = Object.entries(values).flatMap(([name, now]): ChangedValue[] => {
      const before = known?.[name];
      return before === undefined || before === now ? [] : [{ name, before, now }];
    });
    this.#changed.set(index, [...(this.#changed.get(index) ?? []), ...changed]);
    return changed;
  }

  /** What a peer has come back with since this was asked last. */
  takeChanged(index: number): readonly ChangedValue[] {
    const changed = this.#changed.get(index) ?? [];
    this.#changed.delete(index);
    return changed;
  }
}
