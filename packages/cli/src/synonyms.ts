/** Words of other tools, and plain ones, for what `lab` calls otherwise: better advice than the word that is spelt most alike. */

/** By the word that was meant to be one of a list: what `lab` has for it. Only those that the list has count. */
const MEANINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ...meaning(['down', 'link-down'], 'cut', 'break', 'sever', 'disconnect', 'unlink', 'off', 'disable'),
  ...meaning(['down'], 'rm', 'remove', 'delete', 'destroy', 'stop', 'teardown', 'undeploy'),
  ...meaning(['up', 'start', 'heal'], 'restore', 'connect', 'on', 'enable', 'repair', 'fix', 'mend'),
  ...meaning(['up'], 'deploy', 'create', 'run', 'launch'),
  ...meaning(['partition'], 'split', 'part', 'divide'),
  ...meaning(['kill'], 'crash', 'terminate', 'sigkill'),
  ...meaning(['pause'], 'freeze', 'suspend', 'hang'),
  ...meaning(['unpause'], 'resume', 'unfreeze', 'thaw', 'continue'),
  ...meaning(['isolate'], 'detach', 'offline'),
  ...meaning(['rejoin'], 'attach', 'reattach', 'online', 'unisolate'),
  ...meaning(['slow'], 'delay', 'latency', 'lag', 'jitter'),
  ...meaning(['flaky'], 'loss', 'lossy', 'drop', 'lose'),
  ...meaning(['rate'], 'bandwidth', 'throttle', 'limit'),
  ...meaning(['ls'], 'list', 'show', 'status', 'ps'),
  ...meaning(['inspect'], 'info', 'describe'),
  ...meaning(['verify'], 'check', 'checks', 'prove'),
  ...meaning(['dm'], 'send', 'msg', 'message', 'tell'),
  ...meaning(['broadcast'], 'flood', 'gossip', 'publish'),
  ...meaning(['prune'], 'clean', 'cleanup', 'gc'),
  ...meaning(['doctor'], 'diagnose', 'preflight'),
  ...meaning(['ui'], 'dashboard', 'page', 'web', 'open'),
  ...meaning(['sim'], 'simulate', 'simulation'),
  ...meaning(['validate'], 'lint'),
  ...meaning(['exec'], 'sh', 'ssh', 'shell', 'enter', 'execute'),
  ...meaning(['cp'], 'copy', 'scp'),
  ...meaning(['logs'], 'log', 'tail'),
  ...meaning(['heal'], 'undo', 'lift', 'recover'),
]);

/** The word of the list that means the same; undefined where there is none. */
export function sameMeaning(word: string, known: readonly string[]): string | undefined {
  return MEANINGS.get(word.toLowerCase())?.find(one => known.includes(one));
}

function meaning(meant: readonly string[], ...words: readonly string[]): [word: string, meant: readonly string[]][] {
  return words.map(word => [word, meant]);
}
