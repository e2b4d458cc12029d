/**
 * Whether tests that need an engine run. On CI a missing engine is a failure; on a user's machine they are skipped, with
 * one loud line.
 */
import { createEngine } from './engine.ts';
import { engineVersion } from './engine-facts.ts';

/** What {@link engineRequired} decides. */
export interface EngineRequirement {
  /** True when the tests are to be left out. */
  readonly skip: boolean;
  /** Why, or where the engine is. */
  readonly reason: string;
}

/** How long an engine may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/**
 * Asks for the engine that the environment names: `describe.skipIf((await engineRequired()).skip)`.
 * @throws {Error} when none answers and `CI` is set.
 */
export async function engineRequired(): Promise<EngineRequirement> {
  try {
    const { connectEngine } = await import('./connect.ts');
    const engine = createEngine(connectEngine(), ANSWER_MS);
    await engineVersion(engine);
    return { skip: false, reason: `an engine answers at ${engine.where}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const ci = process.env.CI;
    if (ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0') {
      throw new Error(`CI is set, and no Docker engine answers: ${reason}`, { cause: error });
    }
    process.stderr.write(`\n*** SKIPPED: the tests on real containers, because ${reason}\n\n`);
    return { skip: true, reason };
  }
}
