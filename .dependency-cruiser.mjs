/**
 * The walls: which package may import which, checked with types by `npm run walls`. A package that is missing here fails.
 * Why this tool: docs/adr/0020-walls.md. The picture: docs/ARCHITECTURE.md.
 */
import { existsSync, readdirSync } from 'node:fs';

const EVERY_ROW_ABOVE = 'every row above';

/** What the source of each package may import of the others; its tests may import what its manifest names. */
const MAY_IMPORT = {
  // The peer, and what is pure.
  finding: [],
  timers: [],
  graph: [],
  protocol: [],
  conditions: ['graph'],
  contract: ['conditions'],
  trace: ['conditions', 'contract', 'finding'],
  topology: ['conditions', 'graph'],
  importers: ['conditions', 'topology'],
  agent: ['conditions', 'contract', 'protocol'],
  identity: ['protocol'],
  node: ['agent', 'conditions', 'contract', 'identity', 'protocol', 'timers'],
  simulation: ['agent', 'conditions', 'contract', 'graph', 'protocol'],
  // Where peers run. A driver knows no other driver, and no lab.
  installation: [],
  driver: ['conditions', 'contract', 'graph', 'identity', 'installation', 'timers', 'topology'],
  'driver-docker': ['contract', 'driver', 'graph', 'timers'],
  'driver-local': ['contract', 'driver', 'installation', 'timers'],
  'driver-simulation': ['conditions', 'contract', 'driver', 'graph', 'identity', 'simulation', 'topology'],
  drivers: ['driver', 'driver-docker', 'driver-local', 'driver-simulation'],
  // What is done with a lab. Its driver is handed to it.
  capture: ['driver'],
  program: ['contract', 'driver', 'timers', 'topology'],
  lab: ['conditions', 'contract', 'driver', 'finding', 'graph', 'identity', 'program', 'timers', 'topology', 'trace'],
  'large-lab': ['conditions', 'driver', 'finding', 'graph', 'lab', 'protocol', 'simulation', 'topology'],
  scenario: ['capture', 'conditions', 'contract', 'driver', 'finding', 'graph', 'lab', 'timers', 'topology', 'trace'],
  conform: ['conditions', 'contract', 'driver', 'finding', 'lab', 'timers', 'topology'],
  compare: ['conditions', 'contract', 'driver', 'finding', 'graph', 'lab', 'timers', 'topology'],
  // What people use. The page runs in a browser.
  dashboard: ['conditions', 'finding', 'graph', 'timers', 'trace'],
  'dashboard-server': ['conditions', 'dashboard', 'driver', 'finding', 'lab', 'timers', 'topology', 'trace'],
  cli: EVERY_ROW_ABOVE,
  peerlab: EVERY_ROW_ABOVE,
  // For tests.
  'driver-memory': ['contract', 'driver', 'graph', 'protocol', 'topology'],
  saboteurs: ['agent', 'node', 'protocol'],
};

/** Packages without I/O: nothing of `node:` there. */
const PURE = ['finding', 'graph', 'protocol', 'contract', 'agent', 'conditions', 'trace', 'dashboard'];

/** Parsed from text, never from a file, a socket or a process. */
const NO_IO = ['topology', 'importers'];

const TESTS = ['\\.test\\.ts$', '/testing/'];

const sourceOf = name => `^packages/${name}/src/`;

const present = readdirSync(new URL('packages/', import.meta.url)).filter(name =>
  existsSync(new URL(`packages/${name}/package.json`, import.meta.url)),
);
for (const name of present) {
  if (!(name in MAY_IMPORT)) throw new Error(`packages/${name} has no row in .dependency-cruiser.mjs`);
}
for (const name of Object.keys(MAY_IMPORT)) {
  if (!present.includes(name))
    throw new Error(`.dependency-cruiser.mjs has a row for packages/${name}, which does not exist`);
}

const rows = Object.keys(MAY_IMPORT);
const directions = rows.map((name, row) => {
  const allowed = MAY_IMPORT[name] === EVERY_ROW_ABOVE ? rows.slice(0, row) : MAY_IMPORT[name];
  return {
    name: `direction-${name}`,
    severity: 'error',
    comment: `${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')}`,
    from: { path: sourceOf(name), pathNot: TESTS },
    to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
  };
});

export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'A type-only import counts: what cannot be read alone is one idea.',
      from: {},
      to: { circular: true },
    },
    ...directions,
    {
      name: 'front-door',
      severity: 'error',
      comment: 'Another package is imported by its name, through what it exports.',
      from: { path: '^packages/([^/]+)/src/', pathNot: TESTS },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'pure',
      severity: 'error',
      comment: 'This package has no I/O: time, randomness and bytes are handed to it.',
      from: { path: sourceOf(`(${PURE.join('|')})`), pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-io',
      severity: 'error',
      comment: 'This package reads text that it is given.',
      from: { path: sourceOf(`(${NO_IO.join('|')})`), pathNot: TESTS },
      to: {
        dependencyTypes: ['core'],
        path: '^(fs|fs/promises|net|dgram|tls|http|https|child_process|worker_threads)$',
      },
    },
    {
      name: 'docker',
      severity: 'error',
      comment: 'Only driver-docker knows Docker.',
      from: { path: '^packages/', pathNot: '^packages/driver-docker/' },
      to: { path: '(^|/)node_modules/(dockerode|docker-modem|tar-stream)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'What cannot be resolved cannot be judged.',
      from: { path: '^packages/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-in-source',
      severity: 'error',
      comment: 'Source does not import its tests.',
      from: { path: sourceOf('[^/]+'), pathNot: TESTS },
      to: { path: '^packages/[^/]+/test/|\\.test\\.ts$' },
    },
  ],
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    exclude: { path: ['(^|/)dist/'] },
    doNotFollow: { path: ['node_modules'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@peerlab/source', 'import', 'node', 'default'],
    },
  },
};
