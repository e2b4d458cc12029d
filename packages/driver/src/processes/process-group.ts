/** Process groups: what a program has started itself ends with it only where the whole group is told. */

/** Sends a signal to a process that leads its group, and to all that it has started in that group. Gone already is fine. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone: that is what was wanted.
  }
}
