/**
 * A peer's key on disk: PEM (PKCS #8), readable by its owner alone. Written whole or not at all, and never over something
 * that is there: a file that cannot be read as a key may be the only copy of one.
 */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { generateNodeKey, type NodeKey, nodeKeyFromPem } from './node-key.ts';

/** Why a key file cannot be used. `message` names the file, and what to do. */
export class IdentityFileError extends Error {
  override readonly name = 'IdentityFileError';
  readonly file: string;

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, cause === undefined ? undefined : { cause });
    this.file = file;
  }
}

/** Permissions of others than the owner. */
const OTHERS = 0o077;

/**
 * The key in a file, or a new one that is put there when there is no file.
 * @throws IdentityFileError when it cannot be read, written, or is open to others; the file is left as it is
 */
export async function readOrCreateKeyFile(file: string): Promise<NodeKey> {
  return (await readKey(file)) ?? (await createKey(file));
}

/** @returns undefined when there is no such file */
async function readKey(file: string): Promise<NodeKey | undefined> {
  let pem: string;
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new IdentityFileError(file, `others may read this private key: chmod 600 ${file}`);
    }
    pem = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof IdentityFileError) throw error;
    if (isCode(error, 'ENOENT')) return undefined;
    throw new IdentityFileError(file, `the key cannot be read: ${messageOf(error)}`, error);
  }
  try {
    return nodeKeyFromPem(pem);
  } catch (error) {
    const advice = 'not an Ed25519 private key in PEM; move the file away to start with a new identity';
    throw new IdentityFileError(file, advice, error);
  }
}

/** A reader sees no part of a file: it is written beside its place and linked there, which fails where one is. */
async function createKey(file: string): Promise<NodeKey> {
  const key = generateNodeKey();
  const draft = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(key.toPem());
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(draft, file);
    } finally {
      await unlink(draft);
    }
    return key;
  } catch (error) {
    // Another process was first: its key is the one that counts.
    const other = isCode(error, 'EEXIST') ? await readKey(file) : undefined;
    if (other !== undefined) return other;
    throw new IdentityFileError(file, `the key cannot be written: ${messageOf(error)}`, error);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
