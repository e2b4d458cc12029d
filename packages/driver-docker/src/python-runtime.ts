/** Python as files for an image: the interpreter itself says where its standard library is. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where an interpreter is, and what it needs beside its shared objects. */
export interface PythonRuntime {
  /** The interpreter itself, behind what starts it: a version manager's script, or a virtual environment's link. */
  readonly program: string;
  /** Files of the standard library. */
  readonly library: readonly string[];
  /** Those of them that are shared objects. */
  readonly extensions: readonly string[];
}

const ASK = `import json, os, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps({"program": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
  "folders": sorted({paths["stdlib"], paths["platstdlib"]})}))`;

/** How long the interpreter may take to answer, in milliseconds: it takes 30. */
const ASK_TIMEOUT_MS = 20_000;

/** Parts that no peer needs, and that are most of the size: tests, editors, what other packages are built with. */
const LEFT_OUT =
  /^(test|tests|idlelib|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|site-packages|dist-packages|config-.*)$/;

/** True for a name such as `python3` or `python3.11`. */
export function isPython(name: string): boolean {
  return /^python(\d+(\.\d+)?)?$/.test(name);
}

/** Asks an interpreter. Packages that are installed for it do not come along. */
export function pythonRuntime(interpreter: string, folder: string): PythonRuntime {
  const answer = execFileSync(interpreter, ['-I', '-c', ASK], {
    cwd: folder,
    encoding: 'utf8',
    timeout: ASK_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { program, folders } = JSON.parse(answer) as { program: string; folders: string[] };
  const library = folders.flatMap(path => filesBelow(path));
  return { program, library, extensions: library.filter(path => /\.so$/.test(path)) };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.test(entry.name) ? [] : filesBelow(path);
    // Compiled for an optimisation that nobody asks for, and static libraries.
    return /\.opt-\d\.pyc$|\.a$/.test(entry.name) ? [] : [path];
  });
}
