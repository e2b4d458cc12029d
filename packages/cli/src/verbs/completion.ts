/** `lab completion [SHELL]`: a script that makes a shell ask `lab __complete` (complete.ts) for the words that fit. */
import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { EXIT } from '../exit.ts';
import { printText } from '../output/print.ts';
import { run, type Verb } from './verb.ts';

type Shell = 'bash' | 'zsh' | 'fish';

interface CompletionArgs {
  readonly shell: Shell | undefined;
}

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** The verb. */
export const completion: Verb<CompletionArgs> = {
  builder: (args: Argv) =>
    args.positional('shell', {
      choices: SHELLS,
      describe: 'default: the shell named by the variable SHELL',
    }),
  handler: async ({ shell }) =>
    await run(async () => {
      printText(SCRIPTS[shell ?? shellInUse()]);
      return EXIT.ok;
    }),
};

function shellInUse(): Shell {
  const name = basename(process.env.SHELL ?? '');
  return SHELLS.find(shell => shell === name) ?? 'bash';
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# lab completion for bash; activate it with: source <(lab completion bash)
_lab() {
  local words
  words="$(lab __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _lab lab peerlab`,
  zsh: `#compdef lab peerlab
# lab completion for zsh; activate it with: source <(lab completion zsh)
_lab() {
  local -a found
  found=(\${(f)"$(lab __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a found
  (( \${#found} )) || _files
}
compdef _lab lab peerlab`,
  fish: `# lab completion for fish; activate it with: lab completion fish | source
function __lab_complete
  set -l words (commandline -opc) (commandline -ct)
  lab __complete $words[2..] 2>/dev/null
end
complete -c lab -a '(__lab_complete)'
complete -c peerlab -a '(__lab_complete)'`,
};
