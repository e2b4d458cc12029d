// Who is in the chat. Anybody can choose any name, but a node id is derived from a key that nobody else has: a piece of it, the
// fingerprint, stands behind every name, and a name is bound to the first key that used it.

/** The first eight digits of a node id, which tell two people of one name apart. `/peers` shows the whole id. */
export function fingerprint(id) {
  return `${id.slice(0, 4)}-${id.slice(4, 8)}`;
}

export class People {
  #names = new Map();
  /** By name: who used it first in this session. */
  #firstOf = new Map();

  nameOf(id) {
    return this.#names.get(id);
  }

  /** As shown: `ada#3f2a-91c0`. */
  handleOf(id) {
    return `${this.#names.get(id) ?? 'somebody'}#${fingerprint(id)}`;
  }

  /** Notes a name. Gives the id of who used it first, if that is somebody else. */
  set(id, name) {
    this.#names.set(id, name);
    const first = this.#firstOf.get(name) ?? id;
    this.#firstOf.set(name, first);
    return first === id ? undefined : first;
  }

  /** Forgets that somebody is here; gives the handle, if somebody was. The name stays bound to the key. */
  remove(id) {
    if (!this.#names.has(id)) return undefined;
    const handle = this.handleOf(id);
    this.#names.delete(id);
    return handle;
  }

  /** Everybody. */
  all() {
    return [...this.#names.keys()].map(id => ({ id, handle: this.handleOf(id) }));
  }

  /** Everybody of this name, handle or id. */
  find(text) {
    return this.all().filter(({ id, handle }) => [handle, id, this.#names.get(id)].includes(text));
  }
}
