/** The command that does to reproduce: in virtual time to the last frame, elsewhere with the same choices. */

import type { SecuritySetting } from '@peerlab/conditions';
import { shellWord } from './shell-word.ts';

/** What of a `lab up` decides how it goes, beside the driver and the seed. */
export interface ReplayedArgs {
  readonly file: string;
  readonly name: string | undefined;
  readonly verify: boolean;
  readonly program: readonly string[];
  readonly pack?: string | undefined;
  readonly security?: SecuritySetting | undefined;
}

/** See the module's header. @param seed the one that was in force */
export function replayCommand(
  { file, name, verify, program, pack, security }: ReplayedArgs,
  driver: string,
  seed: number,
): string {
  const words = ['lab', 'up', file, '--driver', driver, '--seed', String(seed)];
  if (name !== undefined) words.push('--name', name);
  if (!verify) words.push('--no-verify');
  if (pack !== undefined) words.push('--pack', pack);
  if (security !== undefined) words.push('--security', security);
  for (const one of program) words.push('--program', one);
  return words.map(shellWord).join(' ');
}
