/** The program in the container: reads its environment and runs a peer, or a pack of them. Bundled into one file, dist/peer.mjs. */
import { isMainThread } from 'node:worker_threads';
import { runAgentProcess } from './agent-process.ts';
import { readEnvironment } from './environment.ts';
import { runPackThread } from './pack/pack-threads.ts';
import { runPack } from './pack/run-pack.ts';
import { VERSION } from './version.ts';

const { env } = process;

try {
  if (!isMainThread) runPackThread();
  else if (env.PEERLAB_PACK === '1') {
    const threads = Number(env.PEERLAB_PACK_THREADS ?? 1);
    await runPack({ isEphemeral: env.PEERLAB_EPHEMERAL === '1', threads, program: new URL(import.meta.url) });
    process.exit(0);
  } else {
    const streams = { input: process.stdin, output: process.stdout };
    process.exit(await runAgentProcess(readEnvironment(env), VERSION, streams));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
