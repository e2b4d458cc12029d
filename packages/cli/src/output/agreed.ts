/** Asks the person at the terminal. */
import { createInterface } from 'node:readline/promises';
import { painted } from './style.ts';

/** Whether the answer was yes; without a terminal, or after Ctrl-C, it is no. */
export async function agreed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // At a prompt the terminal is raw: Ctrl-C comes as a character.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await lines.question(`${painted(question)} [y/N] `, { signal })).trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}
