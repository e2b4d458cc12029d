// Compiles the benchmark into dist/; packages stay outside, the project's own included.
import { build } from 'rolldown';

await build({
  cwd: import.meta.dirname,
  input: Object.fromEntries(
    ['one', 'member', 'multi-process', 'run', 'memory'].map(name => [name, `./src/${name}.ts`]),
  ),
  external: /^[^./]/,
  platform: 'node',
  transform: { target: 'node20.19' },
  output: { dir: 'dist', format: 'esm' },
  logLevel: 'warn',
});
