// Who is in the chat. Two people may choose the same name: then a piece of their node id tells them apart.

export class People {
  #names = new Map();

  nameOf(id) {
    return this.#names.get(id);
  }

  set(id, name) {
    this.#names.set(id, name);
  }

  /** Forgets somebody; gives the name, if there was one. */
  remove(id) {
    const name = this.#names.get(id);
    this.#names.delete(id);
    return name;
  }

  /** Everybody, with a handle that no other has. */
  all() {
    const people = [...this.#names].map(([id, name]) => ({ id, name }));
    return people.map(({ id, name }) => {
      const isUnique = people.every(other => other.id === id || other.name !== name);
      return { id, name, handle: isUnique ? name : `${name}#${id.slice(0, 4)}` };
    });
  }

  /** Everybody of this name or handle. */
  find(text) {
    const all = this.all();
    const byHandle = all.filter(({ handle }) => handle === text);
    return byHandle.length > 0 ? byHandle : all.filter(({ name }) => name === text);
  }
}
