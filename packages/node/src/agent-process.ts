/**
 * A peer as a process: the agent on standard input and output. Its life ends by `stop`, SIGTERM, SIGINT, or, in a throw-away lab,
 * with its control stream.
 */

import { LineSplitter } from '@peerlab/contract';
import { type CreateAgent, runAgent } from './agent-run.ts';
import type { Start } from './environment.ts';

export type { CreateAgent };

/** The streams of the control agent: those of the process, or a test's. */
export interface ControlStreams {
  /** Decoded as UTF-8 by the stream. */
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Runs a peer until it has left.
 * @returns the exit status: 0 after leaving, 1 when it could not listen
 */
export async function runAgentProcess(
  start: Start,
  version: string,
  { input, output }: ControlStreams,
  createAgent?: CreateAgent,
): Promise<number> {
  const run = runAgent(start, version, output, { createAgent });
  const splitter = new LineSplitter(line => run.command(line));
  input.setEncoding('utf8');
  input.on('data', (chunk: string) => splitter.push(chunk));
  input.on('error', () => undefined);
  input.on('end', () => {
    if (start.isEphemeral) run.leave();
  });
  process.once('SIGTERM', run.leave);
  process.once('SIGINT', run.leave);
  return (await run.ended) ?? 1;
}
