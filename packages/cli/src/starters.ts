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

/** The text of a file; `{version}` in it is that of this command. */
export function starterText(language: keyof typeof STARTERS, template: string): string {
  return readFileSync(join(INSTALLATION.templates, language, template), 'utf8').replaceAll(
    '{version}',
    INSTALLATION.version,
  );
}
