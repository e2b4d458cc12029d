/** The program in the container: reads its environment and runs a peer. Bundled into one file, dist/peer.mjs. */
import { runAgentProcess } from './agent-process.ts';
import { readEnvironment } from './environment.ts';
import { VERSION } from './version.ts';

try {
  const start = readEnvironment(process.env);
  const status = await runAgentProcess(start, VERSION, { input: process.stdin, output: process.stdout });
  process.exit(status);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
