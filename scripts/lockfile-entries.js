// What the scripts on package-lock.json share: which entries come from a registry, and which of them lack a hash.

/** The name of the package at a path of the lockfile; an alias has its own `name`. */
export function nameOf(path, entry) {
  return entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The paths of entries that npm downloads and cannot verify. Links and the workspace's own packages are not downloaded. */
export function withoutHash(packages) {
  return Object.keys(packages).filter(path => {
    const { link, integrity } = packages[path];
    return path.includes('node_modules/') && link !== true && !integrity?.startsWith('sha512-');
  });
}
