/** Reads a plain object by any text: every object has the key "constructor", and a peer may have that name. */

/** The value of a key that the object has itself; undefined for one that it only inherits. */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
