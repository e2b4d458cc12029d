/** The image of `packages:` of a kind: the files of Debian packages and of all that they depend on, without a registry. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PlannedKind } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { extract, type Headers, type Pack, pack } from 'tar-stream';
import type { Engine } from '../engine.ts';
import type { EngineFacts } from '../engine-facts.ts';
import { engineArchitecture } from '../host-runtime.ts';
import { hashOf, PEER_USER, takeImage } from '../image.ts';
import { importImage } from '../import-image.ts';
import { LABEL } from '../labels.ts';
import { Apt } from './apt.ts';
import { knownImage, knownTag, noteKnown, RECIPE, REPOSITORY } from './known-image.ts';
import { MERGED, mergedPath, mergedTarget } from './merged-root.ts';

/** How long an import may take, in milliseconds: a few hundred megabytes on a busy disk. */
const IMPORT_TIMEOUT_MS = 10 * 60_000;

/** As on every Debian: what looks for a program finds it. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Files that Debian's scripts make when it installs, which do not run here. */
const SYSTEM_FILES: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0:root:/root:/bin/sh\npeer:x:${PEER_USER}:peer:/:/nonexistent\nnobody:x:65534:65534:nobody:/nonexistent:/nonexistent\n`,
  'etc/group': `root:x:0:\npeer:x:65532:\nnogroup:x:65534:\n`,
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

const EPOCH = new Date(0);

/**
 * Sees to it that the image is there.
 * @throws {LabError} `CANNOT_CARRY` where there is no apt, no such package, or an engine that cannot run this machine's programs
 */
export async function ensurePackageImage(
  engine: Engine,
  facts: EngineFacts,
  { name: kind, packages = [] }: Pick<PlannedKind, 'name' | 'packages'>,
): Promise<string> {
  if (facts.osType !== 'linux' || engineArchitecture()?.includes(facts.architecture) !== true) {
    const message = `the packages of the kind ${kind} are for this machine (${process.arch}), which the engine (${facts.osType}/${facts.architecture}) is not like`;
    throw new LabError('CANNOT_CARRY', message, { advice: 'give the kind image: or build: in place of packages:' });
  }
  const known = await knownTag(packages);
  const there = known === undefined ? undefined : await knownImage(engine, known);
  if (there !== undefined) return there;
  const reference = await madeImage(engine, kind, packages);
  if (known !== undefined) await noteKnown(engine, reference, known);
  return reference;
}

async function madeImage(engine: Engine, kind: string, packages: readonly string[]): Promise<string> {
  using apt = new Apt(kind);
  const files = await apt.resolve(packages);
  const tag = hashOf(JSON.stringify([RECIPE, files.map(({ file }) => file)]));
  const reference = `${REPOSITORY}:${tag}`;
  if (await takeImage(engine, reference)) return reference;
  await apt.download(packages);
  const changes = [`ENV PATH=${PATH}`, `USER ${PEER_USER}`, 'WORKDIR /', `LABEL ${LABEL.image}=${tag}`];
  const archive = rootOf(files.map(({ file }) => join(apt.archives, file)));
  await importImage(engine, { reference, archive, changes, timeoutMs: IMPORT_TIMEOUT_MS });
  return reference;
}

/** The packages' files as one archive, in the order of the packages: the first to name a path has it. */
export function rootOf(archives: readonly string[]): Readable {
  const root = pack();
  void fill(root, archives).catch((error: Error) => root.destroy(error));
  return root;
}

async function fill(root: Pack, archives: readonly string[]): Promise<void> {
  const taken = new Set<string>();
  for (const name of MERGED) {
    taken.add(name);
    root.entry({ name, type: 'symlink', linkname: `usr/${name}`, mtime: EPOCH });
  }
  // Programs of the image write there where it can be written to.
  for (const name of ['tmp', 'run', 'var/tmp']) {
    taken.add(name);
    root.entry({ name, type: 'directory', mode: 0o1777, mtime: EPOCH });
  }
  for (const archive of archives) await add(root, archive, taken);
  for (const [name, text] of Object.entries(SYSTEM_FILES)) {
    if (!taken.has(name)) root.entry({ name, mode: 0o644, mtime: EPOCH }, text);
  }
  root.finalize();
}

async function add(root: Pack, archive: string, taken: Set<string>): Promise<void> {
  const child = spawn('dpkg-deb', ['--fsys-tarfile', archive], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const unpacked = extract();
  unpacked.on('entry', (header, content, next) => {
    const name = mergedPath(header.name);
    if (name === undefined || taken.has(name)) {
      content.resume();
      content.on('end', next);
      return;
    }
    taken.add(name);
    const linkname = mergedTarget(header);
    const placed: Headers = { ...header, name, ...(linkname === undefined ? {} : { linkname }) };
    if (header.type === 'file') {
      content.pipe(root.entry(placed, error => (error ? next(error) : next())));
      return;
    }
    root.entry(placed);
    content.resume();
    content.on('end', next);
  });
  await pipeline(child.stdout, unpacked);
  const status = await exited;
  if (status !== 0) throw new Error(`dpkg-deb cannot read ${archive}: ${said.trim() || `status ${status}`}`);
}
