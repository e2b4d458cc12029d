// Compiles the benchmark into dist/; packages stay outside, the project's own included.
import { build } from 'esbuild';

await build({
  entryPoints: ['one', 'member', 'multi-process', 'run', 'memory'].map(name => `src/${name}.ts`),
  absWorkingDir: import.meta.dirname,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
});
