/** Reads the settings file, where there is one. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../exit.ts';
import { NO_SETTINGS, type Settings } from './settings.ts';
import { settingsPath } from './settings-path.ts';

/**
 * The user's settings. No file, or an empty one, is as good as one without settings; one that PEERLAB_SETTINGS names has to be there.
 * @throws {UsageError} for a file that cannot be read or used, with the place of each problem
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const path = settingsPath(env);
  const bytes = path === undefined ? undefined : readIfThere(path, env.PEERLAB_SETTINGS === path);
  if (path === undefined || bytes === undefined || isEmpty(bytes)) return NO_SETTINGS;
  // Loaded for those who have settings alone: it takes as long as a short command.
  const [{ formatProblem, YamlDocument }, { readSettings }] = await Promise.all([
    import('@peerlab/topology'),
    import('./read-settings.ts'),
  ]);
  const document = new YamlDocument(bytes, path);
  const { settings, problems } = readSettings(document);
  if (problems.length === 0) return settings;
  const lines = problems.map(({ path: at, message, advice, at: part }) =>
    formatProblem(document.problem(at, message, advice, part)),
  );
  throw new UsageError(lines.join('\n'));
}

function readIfThere(path: string, isNamed: boolean): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    if (!isNamed && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : String(code);
    throw new UsageError(
      `the settings ${path} cannot be read: ${why}`,
      isNamed ? 'PEERLAB_SETTINGS names it' : undefined,
    );
  }
}

/** Nothing but space and comments. */
function isEmpty(bytes: Uint8Array): boolean {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every(line => /^\s*(#.*|---\s*)?$/.test(line));
}
