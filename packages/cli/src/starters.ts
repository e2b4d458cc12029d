/** What `lab init` writes: templates/<language>, each file with where it goes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';

/** A language that a peer can be begun in. */
export interface Starter {
  /** The program's command line. */
  readonly command: string;
  /** Path in the new folder → file of the templates. */
  readonly files: Readonly<Record<string, string>>;
}

const COMMON = { 'ring-3.yaml': 'ring-3.yaml', '.github/workflows/lab.yml': 'ci.yml' };

/** By `--language`. */
export const STARTERS: Readonly<Record<'js' | 'python', Starter>> = {
  js: { command: 'node peer.mjs', files: { 'peer.mjs': 'peer.mjs', ...COMMON } },
  python: { command: 'python3 peer.py', files: { 'peer.py': 'peer.py', ...COMMON } },
};

/** What a CI file installs. `peerlab` is not on the registry yet: once it is, this is `peerlab@<version>`, and the note goes. */
const PEERLAB = `./peerlab-${INSTALLATION.version}.tgz`;
const NOTE = `Until peerlab is on the registry: its tarball, in this repository. Then: peerlab@${INSTALLATION.version}`;

/** The text of a file, with the source of this command filled in. */
export function starterText(language: keyof typeof STARTERS, template: string): string {
  return readFileSync(join(INSTALLATION.templates, language, template), 'utf8')
    .replaceAll('{note}', NOTE)
    .replaceAll('{peerlab}', PEERLAB);
}
