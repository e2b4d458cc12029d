/**
 * A command line of this machine as it runs in a container without a registry: its program, or the interpreter that its
 * first line names, with the shared objects, and the user's files that it names.
 */
import { accessSync, closeSync, constants, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, relative, resolve } from 'node:path';
import { LabError } from '@peerlab/driver';
import { elfInterpreter } from './elf-interpreter.ts';
import { elfObjects, placeOfObject, type SharedObject } from './elf-objects.ts';
import { NODE_IN_IMAGE } from './host-runtime.ts';
import { isPython, pythonRuntime } from './python-runtime.ts';

/** A file of this machine and its absolute path in the image. */
export interface PlacedFile {
  readonly path: string;
  readonly target: string;
}

/** What {@link hostProgram} finds. */
export interface HostProgram {
  readonly entrypoint: readonly string[];
  readonly files: readonly PlacedFile[];
  /** True when the loader has to search {@link PROGRAM_LIBRARIES}. */
  readonly hasLibraries: boolean;
}

/** The folder in which a user's program runs in a container; it holds the files of the topology file's folder. */
export const WORK_FOLDER = '/peer';

/** The folder of a program's shared objects in a container. */
export const PROGRAM_LIBRARIES = '/usr/local/lib/program';

/** Scripts that name scripts that name scripts … */
const MAX_INTERPRETERS = 4;

/**
 * Takes a command line apart. `node` is the Node that the image has already.
 * @param folder what paths are seen from, absolute
 * @throws {LabError} `CANNOT_CARRY` for a program that is not there
 */
export function hostProgram(command: readonly string[], folder: string): HostProgram {
  const [name = '', ...words] = command;
  const files: PlacedFile[] = [];
  const rest = words.map((word, i) => {
    const path = resolve(folder, word);
    if (word === '' || word.startsWith('-') || !isFile(path)) return word;
    const target = targetOf(path, folder) ?? `/program/${i + 1}-${basename(path)}`;
    files.push({ path, target });
    return target.startsWith(`${WORK_FOLDER}/`) && !isAbsolute(word) ? word : target;
  });
  const started = startOf(name, folder, MAX_INTERPRETERS);
  const objects = started.files.flatMap(({ objects: found }) =>
    found.map(object => ({ path: realpathSync(object.path), target: placeOfObject(object, PROGRAM_LIBRARIES) })),
  );
  const all = [
    ...started.files.map(({ path, target }) => ({ path, target })),
    // Two that ask for one name get the first one's.
    ...objects.toReversed(),
    ...files,
  ];
  return {
    entrypoint: [...started.words, ...rest],
    files: [...new Map(all.map(file => [file.target, file])).values()],
    hasLibraries: objects.some(({ target }) => target.startsWith(`${PROGRAM_LIBRARIES}/`)),
  };
}

interface Started {
  readonly words: readonly string[];
  readonly files: readonly (PlacedFile & { readonly objects: readonly SharedObject[] })[];
}

function startOf(name: string, folder: string, left: number): Started {
  if (basename(name) === 'node') return { words: [NODE_IN_IMAGE], files: [] };
  const path = name.includes('/') ? resolve(folder, name) : findOnPath(name);
  if (path === undefined || !isFile(path)) {
    throw new LabError('CANNOT_CARRY', `there is no program ${name} on this machine`, {
      advice: name.includes('/')
        ? `searched in ${folder}`
        : 'searched on the PATH; packages: of the kind brings Debian packages into its containers, image: an image that has it',
    });
  }
  if (isPython(basename(path))) return pythonOf(path, folder);
  const target = targetOf(path, folder) ?? path;
  const [interpreter, ...words] = shebang(path);
  if (interpreter !== undefined && left > 0) {
    const by = startOf(interpreter, folder, left - 1);
    return { words: [...by.words, ...words, target], files: [...by.files, { path, target, objects: [] }] };
  }
  return { words: [target], files: [{ path: realpathSync(path), target, objects: elfObjects(path) }] };
}

function pythonOf(path: string, folder: string): Started {
  const { program, library, extensions } = pythonRuntime(path, folder);
  const loader = elfInterpreter(program);
  const objects = [...elfObjects(program), ...extensions.flatMap(extension => elfObjects(extension, loader))];
  return {
    words: [program],
    files: [
      { path: program, target: program, objects },
      ...library.map(file => ({ path: file, target: file, objects: [] })),
    ],
  };
}

/** The words of a script's first line, without `env`; none for what is no script. */
function shebang(path: string): readonly string[] {
  const head = Buffer.alloc(256);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const line = /^#!([^\n]*)/.exec(head.toString('latin1'))?.[1];
  const words = (line ?? '').split(/\s+/).filter(word => word !== '');
  return basename(words[0] ?? '') === 'env' ? words.slice(1).filter(word => word !== '-S') : words;
}

/** The path in the image of a file of the folder; undefined for a file outside it. */
export function targetOf(path: string, folder: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '' || /^\.\.(\/|$)/.test(inside) || isAbsolute(inside) ? undefined : join(WORK_FOLDER, inside);
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '');
  return folders.map(folder => join(folder, name)).find(path => isFile(path) && isExecutable(path));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
