// npm run release [-- VERSION|patch|minor|major] [--dry-run] [--out FOLDER]: versions, changelog, build, tarballs, commit, tag.
// It publishes nothing: `npm publish` the tarballs in a CI job that npm can state the provenance of. Without a version it releases the
// manifests' own while the changelog lacks it, otherwise the next minor one. A dry run packs the current build, and changes nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from './publish/pack-all.js';
import { isReleased, nextVersion, releasePlan, unreleasedSection } from './publish/release-plan.js';
import { repositoryOf } from './publish/repository.js';
import { readOptions } from './read-options.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { positionals, ...values } = readOptions(
  'npm run release [-- VERSION|patch|minor|major] [--dry-run] [--out FOLDER]',
  { 'dry-run': { type: 'boolean', default: false }, out: { type: 'string', default: join(root, 'out') } },
  process.argv.slice(2),
  1,
);
const isDry = values['dry-run'];
const run = (program, ...words) =>
  execFileSync(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }).toString();

try {
  const current = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const version = nextVersion(current, positionals[0] ?? (isReleased(changelog, current) ? 'minor' : current));
  if (isReleased(changelog, version)) throw new Error(`CHANGELOG.md has a section of ${version} already`);
  const notes = unreleasedSection(changelog);
  const repository = await repositoryOf(root);
  const plan = releasePlan(root, version, new Date().toISOString().slice(0, 10));
  if (!isDry) {
    if (run('git', 'status', '--porcelain') !== '') throw new Error('the checkout has changes that are not committed');
    if (repository === undefined) throw new Error('the checkout has no public origin: a release names its repository');
    for (const [path, text] of plan) writeFileSync(join(root, path), text);
    run('npm', 'run', 'build');
  }
  console.log(`${version}: ${isDry ? 'would change' : 'changed'} ${[...plan.keys()].join(', ')}`);
  await packAll(resolve(values.out), { version, repository });
  if (!isDry) {
    run('git', 'commit', '--quiet', '--message', `release: ${version}`, '--', ...plan.keys());
    run('git', 'tag', '--annotate', `v${version}`, '--cleanup=verbatim', '--message', `${version}\n\n${notes}`);
  }
  console.log(
    `${isDry ? 'would commit and tag' : 'committed and tagged'} v${version}, with ${notes.split('\n').length} lines of notes`,
  );
  console.log(
    `next: git push --follow-tags; then npm publish the tarballs of ${values.out} in CI, where npm can state their provenance`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
