/** Starts a saboteur the way that the honest peer is started. */
import { type CreateAgent, readEnvironment, runAgentProcess, VERSION } from '@peerlab/node/agent';

/** Runs until the peer has left, then ends the process. */
export async function run(createAgent: CreateAgent): Promise<void> {
  const streams = { input: process.stdin, output: process.stdout };
  process.exit(await runAgentProcess(readEnvironment(process.env), VERSION, streams, createAgent));
}
