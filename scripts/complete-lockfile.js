// Adds to package-lock.json the optional packages of other platforms that npm left out: where a registry does not serve
// them, npm writes a lockfile without them, which `npm ci` then refuses. Run it after every `npm install` that changed
// the lockfile.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`package-lock.json: ${added} packages of other platforms added`);
