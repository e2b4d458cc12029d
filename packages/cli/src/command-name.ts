/** How the reader of a message can run this command again. */
import { basename } from 'node:path';

/**
 * What starts this command in the reader's shell: `lab` or `peerlab`, as it was called. Under npx it is `npx peerlab`, whatever was
 * called: outside of an installation `npx lab` would fetch a package of somebody else.
 */
export function commandName(
  { npm_command: npmCommand }: NodeJS.ProcessEnv = process.env,
  program: string = process.argv[1] ?? 'lab',
): string {
  return npmCommand === 'exec' ? 'npx peerlab' : basename(program, '.js');
}
