#!/usr/bin/env node
// An old Node reads this file, too: what it cannot read is imported after the checks.
import { readFileSync } from 'node:fs';
import module from 'node:module';

// Files that are open while the program is loaded, with some reserve: its modules are read side by side.
const OPEN_FILES = 128;

const [major, minor] = process.versions.node.split('.').map(Number);
const limit = openFilesLimit();
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `✖ lab needs Node 20.19 or newer; this is Node ${process.versions.node} (${process.execPath})\n`,
  );
  process.stderr.write('  install a current Node: https://nodejs.org\n');
  process.exitCode = 3;
} else if (limit < OPEN_FILES) {
  process.stderr.write(`✖ this process may open only ${limit} files; lab needs ${OPEN_FILES}\n`);
  process.stderr.write('  raise the limit: ulimit -n 1024\n');
  process.exitCode = 3;
} else {
  // Keeps compiled code between runs, from Node 22.8 on: a third of the time that `lab` takes to start.
  module.enableCompileCache?.();
  await import('../dist/command.js');
}

/** As proc(5) tells it, on Linux. Node has raised its own limit to the hard one. */
function openFilesLimit() {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
