/** The command that runs a simulation again, to the last frame. */

/** What of a `lab up` decides how its simulation goes, beside the seed. */
export interface ReplayedArgs {
  readonly file: string;
  readonly name: string | undefined;
  readonly verify: boolean;
}

/** See the module's header. @param seed the one that was in force */
export function replayCommand({ file, name, verify }: ReplayedArgs, seed: number): string {
  const words = ['lab', 'up', shellWord(file), '--driver', 'simulation', '--seed', String(seed)];
  if (name !== undefined) words.push('--name', name);
  if (!verify) words.push('--no-verify');
  return words.join(' ');
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
