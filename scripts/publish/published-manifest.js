// The manifest of a published package, from that of the workspace: what only the workspace needs goes, and what the registry
// and its users need comes.

/** What is taken as it is written in packages/<name>/package.json, in the order in which readers expect it. */
const KEPT = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'type',
  'bin',
  'engines',
  'peerDependencies',
  'peerDependenciesMeta',
];

/**
 * @param manifest of the workspace's package
 * @param dependencies name → version of what the bundle imports; what the manifest has as a peer dependency is left to the user
 * @param entries names of the entries that users import, `index` among them
 * @param repository `{ url, directory }`; undefined where this checkout has none
 */
export function publishedManifest(manifest, { dependencies, entries, schemas, repository }) {
  const peers = manifest.peerDependencies ?? {};
  const kept = Object.fromEntries(KEPT.filter(key => key in manifest).map(key => [key, manifest[key]]));
  return {
    ...kept,
    ...(repository === undefined ? {} : { repository: { type: 'git', ...repository } }),
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      ...Object.fromEntries(
        entries.map(entry => [
          entry === 'index' ? '.' : `./${entry}`,
          { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
        ]),
      ),
      ...(schemas ? { './schema/*': './schema/*' } : {}),
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => !(name in peers))),
    // Provenance ties what is on the registry to the commit and the run that built it.
    publishConfig: { access: 'public', provenance: true },
  };
}
