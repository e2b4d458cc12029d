// The packages that are published, and what each holds. Everything else in packages/ is private, and bundled where it is used.

/** The files of the page, the peers, the starters and the programs of the catalogue: packages/installation/src/published.ts expects them in these places. */
const INSTALLATION = {
  'packages/dashboard/dist/page': 'page',
  'packages/dashboard/dist/player.html': 'player.html',
  'packages/cli/templates': 'templates',
  'examples/programs': 'programs',
  'packages/driver/fixtures': 'fixtures',
  'packages/node/dist/peer.mjs': 'dist/peer.mjs',
  'packages/node/dist/peer.licenses.txt': 'licenses/peer.txt',
  'packages/dashboard/dist/licenses.txt': 'licenses/page.txt',
};

/**
 * By folder under packages/. `entries`: file in dist → module that is bundled into it; those with types are also entries of the
 * declarations, and what users import: `index` as the package, the others by their names below it. `files`: path in this repository → path in the package.
 */
export const PUBLISHED = {
  peerlab: {
    entries: {
      index: 'packages/peerlab/dist/index.js',
      driver: 'packages/peerlab/dist/driver.js',
      'driver-conformance': 'packages/peerlab/dist/driver-conformance.js',
      command: 'packages/peerlab/dist/command.js',
      'keeper-main': 'packages/driver-local/dist/keeper-main.js',
      'large-thread': 'packages/cli/dist/large-thread.js',
    },
    types: {
      index: 'packages/peerlab/dist/index.d.ts',
      driver: 'packages/peerlab/dist/driver.d.ts',
      'driver-conformance': 'packages/peerlab/dist/driver-conformance.d.ts',
    },
    files: {
      ...INSTALLATION,
      'packages/peerlab/bin': 'bin',
      'packages/topology/schema': 'schema',
      'packages/cli/schema': 'schema/settings',
      'packages/trace/schema': 'schema/trace',
      'packages/contract/schema': 'schema/contract',
    },
  },
  node: {
    entries: { index: 'packages/node/dist/index.js' },
    types: { index: 'packages/node/dist/index.d.ts' },
    files: {},
  },
  contract: {
    entries: { index: 'packages/contract/dist/index.js' },
    types: { index: 'packages/contract/dist/index.d.ts' },
    files: { 'packages/contract/schema': 'schema' },
  },
};
