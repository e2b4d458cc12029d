import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    retry: 0,
    // A bound against hanging, not a measure: what a test waits for has bounds of its own, which say what it waited for.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
