import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Tests on real containers. They run one file after the other: an engine under load makes every one of them slow. */
const ON_AN_ENGINE = ['packages/**/*.containers.test.ts'];

/** Tests of the page, in a browser: they need Chromium, and the page built. */
const IN_A_BROWSER = ['packages/**/*.page.test.ts'];

const common = {
  retry: 0,
  // A bound against hanging, not a measure: what a test waits for has bounds of its own, which say what it waited for.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

/** Packages of this workspace resolve to their sources, so that no test sees a stale build. */
const conditions = ['@peerlab/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: 'here',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'examples/*/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', ...ON_AN_ENGINE, ...IN_A_BROWSER],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'containers',
          include: ON_AN_ENGINE,
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'page',
          include: IN_A_BROWSER,
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
