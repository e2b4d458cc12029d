/**
 * The lock on a lab's name: held by its keeper, and released by the kernel however the keeper ends. Its holder may take
 * a socket file that is there for stale.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';

/** A lock that is held. */
export interface NameLock {
  release(): void;
}

/** `O_EXLOCK` of macOS and the BSDs (fcntl.h): opens and locks in one step. */
const O_EXLOCK = 0x20;

/**
 * Takes the lock that belongs to a socket's path; undefined when somebody has it. On Linux it is a name in the abstract
 * socket namespace (unix(7)), elsewhere a locked file beside the socket.
 */
export function takeNameLock(path: string): Promise<NameLock | undefined> {
  return process.platform === 'linux' ? takeAbstractName(path) : Promise.resolve(takeLockedFile(path));
}

function takeAbstractName(path: string): Promise<NameLock | undefined> {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(`\0peerlab-${process.getuid?.() ?? 0}-${hash}`, () => {
      server.unref();
      resolve({ release: () => void server.close() });
    });
  });
}

function takeLockedFile(path: string): NameLock | undefined {
  try {
    const file = openSync(
      `${path}.lock`,
      constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK,
      0o600,
    );
    return { release: () => closeSync(file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return undefined;
    throw error;
  }
}
