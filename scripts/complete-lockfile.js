// Completes package-lock.json after an `npm install` that changed it. npm leaves out optional packages of other platforms
// when it already has a node_modules, and `npm ci` then refuses the lockfile; it also leaves out their hashes. This adds
// both: the packages from their parents' manifests, the hashes from the registry. check-lockfile.js proves the result.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nameOf, withoutHash } from './lockfile-entries.js';
import { readOptions } from './read-options.js';

readOptions('complete-lockfile.js', {});

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPUS = {
  arm: ['arm', 'eabi', 'gnueabihf', 'musleabihf'],
  arm64: ['arm64'],
  ia32: ['ia32'],
  loong64: ['loong64'],
  ppc64: ['ppc64'],
  riscv64: ['riscv64'],
  s390x: ['s390x'],
  x64: ['x64'],
};

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;
let added = 0;

for (const [path, parent] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const isThere = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`];
    // A range would need the registry to tell which version is meant.
    if (isThere !== undefined || !/^\d/.test(version)) continue;
    const words = name.split(/[/-]/);
    const os = SYSTEMS.find(system => words.includes(system));
    const cpu = Object.keys(CPUS).find(key => CPUS[key].some(word => words.includes(word)));
    if (os === undefined || cpu === undefined) throw new Error(`which platform is ${name} for?`);
    const libc = words.some(word => word.startsWith('musl')) ? 'musl' : 'glibc';
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(parent.dev ? { dev: true } : {}),
      ...(os === 'linux' ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    };
    added++;
  }
}

// One after the other: these are a few small questions, and only those that no earlier run has answered.
const unhashed = withoutHash(packages);
for (const path of unhashed) {
  const wanted = `${nameOf(path, packages[path])}@${packages[path].version}`;
  const { stdout } = await promisify(execFile)('npm', ['view', wanted, 'dist.integrity']);
  const integrity = stdout.trim();
  if (!integrity.startsWith('sha512-')) throw new Error(`the registry knows no hash of ${wanted}: ${integrity}`);
  const { version, ...rest } = packages[path];
  packages[path] = { version, integrity, ...rest };
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`package-lock.json: added ${added} packages of other platforms and ${unhashed.length} hashes`);
