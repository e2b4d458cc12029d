/** The tiers of the tests. A file's name says what its tests need: see CONTRIBUTING.md, "The tiers of the tests". */
import { availableParallelism } from 'node:os';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const FOLDERS = 'packages/*/{src,test}/**';

/** Pure: no process, no engine, no browser, nothing that was built. */
const UNIT = [`${FOLDERS}/*.test.ts`];

/** Start processes of this machine, from the build; they need nothing but Node. The examples are what users write. */
const LOCAL = [`${FOLDERS}/*.local.test.ts`, 'examples/*/*.test.{ts,js}'];

/** Take longer: many peers, many random cases, every clause of the contract, every example. `npm test` leaves them out. */
const LONG = [`${FOLDERS}/*.long.test.ts`];

/** Need other programs: Python 3 (a pseudo-terminal, a peer in another language), tshark, or packages of the registry. */
const TOOLS = [`${FOLDERS}/*.tools.test.ts`];

/** Need a container engine. They run one file after the other: an engine under load makes every one of them slow. */
const CONTAINERS = [`${FOLDERS}/*.containers.test.ts`];

/**
 * Need a container engine, and packages of Debian and npm: programs that know nothing of labs. They mostly wait for what those
 * programs detect by timeouts, so the files run side by side.
 */
const PROGRAMS = [`${FOLDERS}/*.programs.test.ts`];

/** Programs that wait at the same time: each is a lab of a few containers. */
const PROGRAMS_AT_ONCE = 4;

/** Need Chromium, and the page built. */
const PAGE = [`${FOLDERS}/*.page.test.ts`];

const exclude = ['**/node_modules/**', '**/dist/**'];

const common = {
  retry: 0,
  // A bound against hanging, not a measure: what a test waits for has bounds of its own, which say what it waited for.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A file shares no state with another but modules, which are then loaded once in a worker and not once per file.
  isolate: false,
} as const;

/** Pure tests use the processors; vitest itself would leave one of two idle. */
const CORES = availableParallelism();

/** Files that take the longest: begun last, one of them would run on alone. */
const LONGEST = [
  'conformance',
  'parity',
  'large',
  'test.local',
  'interrupt',
  'silent-peer',
  'moving-world',
  'bring-up',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex(name => moduleId.includes(`/${name}.`));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Packages of this workspace resolve to their sources, so that no test sees a stale build. */
const conditions = ['@peerlab/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'unit',
          include: UNIT,
          exclude: [...exclude, ...LOCAL, ...LONG, ...TOOLS, ...CONTAINERS, ...PROGRAMS, ...PAGE],
          pool: 'threads',
          maxWorkers: CORES,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { ...common, name: 'local', include: LOCAL, exclude, maxWorkers: CORES + 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { ...common, name: 'long', include: LONG, exclude, maxWorkers: CORES + 1, sequence: { groupOrder: 2 } },
      },
      { extends: true, test: { ...common, name: 'tools', include: TOOLS, exclude, sequence: { groupOrder: 3 } } },
      {
        extends: true,
        test: {
          ...common,
          name: 'containers',
          include: CONTAINERS,
          exclude,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'programs',
          include: PROGRAMS,
          exclude,
          maxWorkers: PROGRAMS_AT_ONCE,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: { ...common, name: 'page', include: PAGE, exclude, fileParallelism: false, sequence: { groupOrder: 6 } },
      },
    ],
  },
});
