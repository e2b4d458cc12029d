// What a release changes in the checkout: every manifest, the lockfile, the peer's version, the changelog. Pure but for reading.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const UNRELEASED = '## Unreleased\n';

/** The version that comes: a word (`patch`, `minor`, `major`) counts from the current one. @throws for anything else */
export function nextVersion(current, wanted) {
  if (/^\d+\.\d+\.\d+$/.test(wanted)) return wanted;
  const [major, minor, patch] = current.split('.').map(Number);
  if (wanted === 'major') return `${major + 1}.0.0`;
  if (wanted === 'minor') return `${major}.${minor + 1}.0`;
  if (wanted === 'patch') return `${major}.${minor}.${patch + 1}`;
  throw new Error(`${wanted} is no version: patch, minor, major, or three numbers such as 1.2.3`);
}

/** The text under "Unreleased". @throws where there is none: a release that changes nothing for anybody */
export function unreleasedSection(changelog) {
  const [, rest] = changelog.split(UNRELEASED);
  const section = rest?.split(/^## /m)[0].trim();
  if (!section) throw new Error('CHANGELOG.md has nothing under "Unreleased"');
  return section;
}

/** Whether the changelog has a section of the version. */
export const isReleased = (changelog, version) => changelog.includes(`\n## ${version} `);

/**
 * @param date of the release, `2026-11-30`
 * @returns path → new text, only of files that change
 */
export function releasePlan(root, version, date) {
  const read = path => readFileSync(join(root, path), 'utf8');
  const plan = new Map();
  const change = (path, edit) => {
    const before = read(path);
    const after = edit(before);
    if (after !== before) plan.set(path, after);
  };
  const asJson = edit => text => {
    const value = JSON.parse(text);
    edit(value);
    return `${JSON.stringify(value, undefined, 2)}\n`;
  };

  const folders = readdirSync(join(root, 'packages')).sort();
  change(
    'package.json',
    asJson(manifest => setVersion(manifest, version)),
  );
  for (const folder of folders) {
    change(
      `packages/${folder}/package.json`,
      asJson(manifest => setVersion(manifest, version)),
    );
  }
  change(
    'package-lock.json',
    asJson(lock => {
      lock.version = version;
      setVersion(lock.packages[''], version);
      for (const folder of folders) setVersion(lock.packages[`packages/${folder}`], version);
    }),
  );
  change('packages/node/src/version.ts', text => text.replace(/VERSION = '.*'/, `VERSION = '${version}'`));
  change('CHANGELOG.md', text => text.replace(UNRELEASED, `${UNRELEASED}\n## ${version} (${date})\n`));
  return plan;
}

/** Packages of the workspace pin each other, and have one version. */
function setVersion(manifest, version) {
  manifest.version = version;
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (/^(@peerlab\/|peerlab$)/.test(name)) manifest[kind][name] = version;
    }
  }
}
