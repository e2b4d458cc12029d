/** What the machine refuses to any program, in words and with advice. It is no defect of Peerlab. */

/** A refusal in words. */
export interface SystemFailure {
  readonly message: string;
  readonly advice: string;
}

/** By the system's name of the error: errno(3). */
const FAILURES: Readonly<Record<string, SystemFailure>> = {
  EMFILE: { message: 'this process may not open more files', advice: 'raise the limit: ulimit -n 1024' },
  ENFILE: {
    message: 'this machine has no more open files to give',
    advice: 'end other programs, or raise fs.file-max',
  },
  EAGAIN: {
    message: 'this user may not start more processes or threads',
    advice: 'end other programs, or raise the limit: ulimit -u',
  },
  ENOMEM: { message: 'this machine has no more memory to give', advice: 'end other programs' },
  ENOSPC: { message: 'no space is left on the device', advice: 'make room, or choose another place' },
  EDQUOT: { message: "the user's disk quota is exceeded", advice: 'make room, or choose another place' },
  EROFS: { message: 'the file system is read-only', advice: 'choose another place' },
  EIO: { message: 'the device failed', advice: 'choose another place' },
};

/** The error, or its cause, as the machine's refusal; undefined for every other error. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, syscall = '' } = at as NodeJS.ErrnoException;
    // Elsewhere it says that nothing is there to be read yet.
    if (code === 'EAGAIN' && !syscall.startsWith('spawn')) continue;
    const failure = code !== undefined && Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
    if (failure !== undefined) return failure;
  }
  return undefined;
}
