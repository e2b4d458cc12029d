/** What tests on real containers ask before anything else: without an engine they fail, and say what they need. */
import { dialectOf } from './dialect.ts';
import { createEngine } from './engine.ts';

/** How long an engine may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/**
 * Asks the engine that the environment names for its version.
 * @returns where it answers, for the title of a test
 * @throws {Error} when none answers, with the reason
 */
export async function requireEngine(): Promise<string> {
  try {
    const { connectEngine } = await import('./connect.ts');
    const engine = createEngine(connectEngine(), ANSWER_MS);
    await dialectOf(engine);
    return `an engine answers at ${engine.where}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`these tests need a Docker engine: ${reason}`, { cause: error });
  }
}
