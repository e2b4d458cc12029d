/**
 * What a helper container runs to end a program that the engine was asked to run beside a peer: an engine can start one there,
 * and has no request to end it. The helper shares the peer's process ids.
 */

/** In the environment of a program and of what it starts: which run of it they belong to. */
export const EXECUTION_VARIABLE = 'PEERLAB_EXECUTION';

/**
 * Ends the processes with such a mark in their environment, and what they have started: by SIGTERM, and after `leaveMs` by SIGKILL.
 * Ends this process with status 1 where they are not gone after `giveUpMs`: they may be frozen.
 * Its text is run by another Node: it uses nothing from outside of itself.
 */
export function endMarked(variable: string, mark: string, leaveMs: number, giveUpMs: number): void {
  const fs = process.getBuiltinModule('node:fs');
  const read = (path: string): string => {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const meant = (): number[] => {
    const ids = fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry));
    const parents = new Map(
      ids.map(id => [Number(id), Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1])]),
    );
    const isOver = (id: string): boolean => /^State:\s+[ZX]/m.test(read(`/proc/${id}/status`));
    const found = new Set(
      ids.filter(id => read(`/proc/${id}/environ`).split('\0').includes(`${variable}=${mark}`)).map(Number),
    );
    let size = -1;
    while (size !== found.size) {
      size = found.size;
      for (const [id, parent] of parents) if (found.has(parent)) found.add(id);
    }
    found.delete(process.pid);
    return [...found].filter(id => !isOver(String(id)));
  };
  const send = (signal: NodeJS.Signals): void => {
    for (const id of meant()) {
      try {
        process.kill(id, signal);
      } catch {
        // It is gone.
      }
    }
  };
  send('SIGTERM');
  send('SIGCONT');
  const beganAtMs = Date.now();
  while (meant().length > 0) {
    if (Date.now() >= beganAtMs + leaveMs) send('SIGKILL');
    if (Date.now() >= beganAtMs + giveUpMs) process.exit(1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}
