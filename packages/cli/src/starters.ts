/** What `lab init` writes: templates/<language>, each file with where it goes, or an example of a program that exists already. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';
import { commandName } from './command-name.ts';
import { programFiles, topologyFileOf } from './example-programs.ts';

/** What is begun with. */
export interface Starter {
  /** Path in the new folder → content; what a user reads first comes first. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** The two commands that come next, each with what it is for. */
  readonly next: readonly [NextCommand, NextCommand];
}

/** A command line, and what it is for in a few words. */
export type NextCommand = readonly [command: string, purpose: string];

/** The languages that a peer can be begun in. */
export type Language = 'js' | 'python';

const COMMON = { 'ring-3.yaml': 'ring-3.yaml', '.github/workflows/lab.yml': 'ci.yml' };

/** The program's command line, and path in the new folder → file of the templates, by `--language`. */
const PEERS: Readonly<
  Record<Language, { readonly command: string; readonly files: Readonly<Record<string, string>> }>
> = {
  js: { command: 'node peer.mjs', files: { 'peer.mjs': 'peer.mjs', ...COMMON } },
  python: { command: 'python3 peer.py', files: { 'peer.py': 'peer.py', ...COMMON } },
};

/** The command line of the peer that is begun in a language. */
export function peerCommand(language: Language): string {
  return PEERS[language].command;
}

/** A new peer that keeps the contract. */
export function peerStarter(language: Language): Starter {
  const { command, files } = PEERS[language];
  const texts = Object.entries(files).map(([path, template]) => [path, textOf(language, template)] as const);
  return {
    files: new Map(texts),
    next: [
      [`${commandName()} up ring-3.yaml`, 'start and check three of your peers'],
      [`${commandName()} conform ${command}`, `clause by clause, after each change of ${Object.keys(files)[0]}`],
    ],
  };
}

/** A program that knows nothing of labs, from the examples. @param name one of `programNames` */
export function programStarter(name: string): Starter {
  const files = programFiles(name);
  const test: NextCommand = [
    `${commandName()} test ${topologyFileOf(name)}`,
    'prove it: with a kill, a partition and their healing',
  ];
  return {
    files,
    next: files.has('package.json')
      ? [['npm ci --ignore-scripts', 'install what it needs'], test]
      : [test, [`${commandName()} up ${topologyFileOf(name)}`, 'start it, and keep it running']],
  };
}

/** What a CI file installs. `peerlab` is not on the registry yet: once it is, this is `peerlab@<version>`, and the note goes. */
const PEERLAB = `./peerlab-${INSTALLATION.version}.tgz`;
const NOTE = `Until peerlab is on the registry: its tarball, in this repository. Then: peerlab@${INSTALLATION.version}`;

/** The text of a file, with the source of this command filled in. */
function textOf(language: Language, template: string): string {
  return readFileSync(join(INSTALLATION.templates, language, template), 'utf8')
    .replaceAll('{note}', NOTE)
    .replaceAll('{peerlab}', PEERLAB);
}
