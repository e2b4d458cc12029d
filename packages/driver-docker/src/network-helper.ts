/** A helper (helper.ts) that works on the network of one peer: it joins its namespace, and has no right but over that. */
import type { Engine } from './engine.ts';
import { runHelper } from './helper.ts';
import { type HelperProgram, inImage } from './helper-image.ts';

/** What is run. */
export interface NetworkHelper {
  /** From `helperImage`. */
  readonly image: string;
  readonly program: HelperProgram;
  readonly words: readonly string[];
  /** The container whose network it joins. */
  readonly beside: string;
}

/** Runs it to its end. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function runInNetwork(
  engine: Engine,
  { image, program, words, beside }: NetworkHelper,
): Promise<{ readonly output: string; readonly exitCode: number | undefined }> {
  const host = { NetworkMode: `container:${beside}`, CapAdd: ['NET_ADMIN'] };
  return await runHelper(engine, { what: program, image, entrypoint: [inImage(program)], words, host });
}
