// The manifest of a published package, from that of the workspace: what only the workspace needs goes, and what the registry
// and its users need comes.

/** What is taken as it is written in packages/<name>/package.json, in the order in which readers expect it. */
const KEPT = ['name', 'version', 'description', 'keywords', 'license', 'type', 'bin', 'engines'];

/**
 * @param manifest of the workspace's package
 * @param dependencies name → version of what the bundle imports
 * @param repository `{ url, directory }`; undefined where this checkout has none
 */
export function publishedManifest(manifest, { dependencies, schemas, repository }) {
  const kept = Object.fromEntries(KEPT.filter(key => key in manifest).map(key => [key, manifest[key]]));
  return {
    ...kept,
    ...(repository === undefined ? {} : { repository: { type: 'git', ...repository } }),
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      ...(schemas ? { './schema/*': './schema/*' } : {}),
      './package.json': './package.json',
    },
    dependencies,
    // Provenance ties what is on the registry to the commit and the run that built it.
    publishConfig: { access: 'public', provenance: true },
  };
}
