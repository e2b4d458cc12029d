/** A folder that did not exist before: whatever goes into it, or is taken out again, is of this run alone. */
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** See the module's header. */
export class NewFolder {
  readonly path: string;
  readonly #folders: string[];
  readonly #files: string[] = [];

  private constructor(path: string) {
    this.path = path;
    this.#folders = [path];
  }

  /**
   * Makes `<parent>/<name>`, or, where something has that name, the first of `<name>.2`, `<name>.3`, … that is free. No
   * name of a lab has a dot, so that two labs never want the same.
   */
  static make(parent: string, name: string): NewFolder {
    mkdirSync(parent, { recursive: true });
    for (let n = 1; ; n++) {
      const path = join(parent, n === 1 ? name : `${name}.${n}`);
      try {
        mkdirSync(path);
        return new NewFolder(path);
      } catch (error) {
        if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error;
      }
    }
  }

  /** Writes a new file; `name` may begin with folders, which are made. */
  write(name: string, text: string): void {
    const file = join(this.path, name);
    const folder = dirname(file);
    if (!this.#folders.includes(folder)) {
      mkdirSync(folder);
      this.#folders.push(folder);
    }
    this.#files.push(file);
    writeFileSync(file, text, { flag: 'wx' });
  }

  /** Removes what was written, and no more. Never throws: where writing fails, removing often does. */
  discard(): void {
    for (const file of this.#files) quietly(() => rmSync(file, { force: true }));
    for (const folder of this.#folders.reverse()) quietly(() => rmdirSync(folder));
  }
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Left where it is.
  }
}
