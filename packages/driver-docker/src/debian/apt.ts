/**
 * Debian packages by this machine's own apt: its sources, its lists, its resolver. What is installed here does not count: a list of
 * packages is complete. Nothing is installed and nothing of apt is changed.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '@peerlab/driver';

/** A package file, as apt names it: `serf_0.9.4~ds1-1+b13_amd64.deb`. Name and version say what is in it. */
export interface PackageFile {
  readonly file: string;
  readonly sizeBytes: number;
}

/** How long apt may take to resolve, and to download, in milliseconds. */
const RESOLVE_MS = 60_000;
const DOWNLOAD_MS = 10 * 60_000;

/** Output of apt that is read: a line of 300 characters for each of 1,000 packages. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** An apt that sees an empty machine, with a folder for what it downloads. */
export class Apt implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'peerlab-apt-'));
  readonly #kind: string;

  /** @param kind of the topology file, for messages */
  constructor(kind: string) {
    this.#kind = kind;
    mkdirSync(join(this.archives, 'partial'), { recursive: true });
    writeFileSync(this.#status, '');
  }

  /** Where downloaded packages are. */
  get archives(): string {
    return join(this.#folder, 'archives');
  }

  get #status(): string {
    return join(this.#folder, 'status');
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * The packages and all that they depend on, by name.
   * @throws {LabError} `CANNOT_CARRY` without apt, for a package that it does not know, and where it finds no solution
   */
  async resolve(names: readonly string[]): Promise<readonly PackageFile[]> {
    const listed = await this.#get(['--print-uris', '-qq', 'install', '--', ...names], RESOLVE_MS);
    return packageFiles(listed);
  }

  /** Downloads them into {@link archives}; apt checks each against its signed lists. @throws {LabError} `CANNOT_CARRY` */
  async download(names: readonly string[]): Promise<void> {
    await this.#get(['--download-only', '-qq', 'install', '--', ...names], DOWNLOAD_MS);
  }

  async #get(words: readonly string[], timeoutMs: number): Promise<string> {
    const settings = {
      'Dir::State::status': this.#status,
      'Dir::State::extended_states': join(this.#folder, 'extended_states'),
      'Dir::Cache::archives': `${this.archives}/`,
      'Dir::Log': this.#folder,
      // Nothing of this machine is touched: there is nothing to lock, and its user may write into the folder.
      'Debug::NoLocking': 'true',
      'APT::Sandbox::User': '',
      'APT::Keep-Downloaded-Packages': 'true',
      'APT::Install-Recommends': 'false',
      'APT::Install-Suggests': 'false',
      'APT::Get::AllowUnauthenticated': 'false',
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    return await new Promise((resolve, reject) => {
      execFile(
        'apt-get',
        ['--yes', ...options, ...words],
        { env, timeout: timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, encoding: 'utf8' },
        (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(refusal(this.#kind, error, stderr))),
      );
    });
  }
}

/** The version of this machine's apt; undefined where there is none. */
export async function aptVersion(): Promise<string | undefined> {
  return await new Promise(resolve => {
    execFile('apt-get', ['--version'], { timeout: RESOLVE_MS, encoding: 'utf8' }, (error, stdout) =>
      resolve(error === null ? /^apt (\S+)/.exec(stdout)?.[1] : undefined),
    );
  });
}

/** Reads what apt-get prints of each package: `'URI' FILE SIZE HASH`. In the order of their names. */
export function packageFiles(listed: string): readonly PackageFile[] {
  const files = [...listed.matchAll(/^'[^']*' (\S+\.deb) (\d+)/gm)].map(([, file = '', size]) => ({
    file,
    sizeBytes: Number(size),
  }));
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function refusal(kind: string, error: Error, stderr: string): LabError {
  const details = { kind, said: stderr.slice(-2000) };
  const refuse = (what: string, advice: string): LabError =>
    new LabError('CANNOT_CARRY', `the packages of the kind ${kind}: ${what}`, { advice, details, cause: error });
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return withoutApt(kind);
  const unknown = [
    ...stderr.matchAll(/^E: (?:Unable to locate package|Couldn't find any package by .*) '?([^\s']+)/gm),
  ];
  const names = [...new Set(unknown.map(([, name = '']) => name))];
  if (names.length > 0) {
    return refuse(
      `apt knows no package ${names.join(', ')}`,
      'sudo apt-get update brings its lists up to date; apt-cache search finds names',
    );
  }
  const lines = stderr.split('\n').filter(line => /^[EW]: /.test(line));
  const said = (lines.find(line => line.startsWith('E: ')) ?? lines[0] ?? error.message).replace(/^[EW]: /, '');
  return refuse(said, 'apt-get says so: its sources are in /etc/apt; sudo apt-get update brings its lists up to date');
}

/** The refusal where this machine has no apt. */
function withoutApt(kind: string): LabError {
  return new LabError(
    'CANNOT_CARRY',
    `the kind ${kind} has packages:, and this machine has no apt-get to get them with`,
    {
      advice: 'use Debian or Ubuntu, or give the kind image: or build: in place of packages:',
      details: { kind },
    },
  );
}
