import { describe, expect, it, vi } from 'vitest';
import { defaultRuntimeDirectory, ignoredRuntimeDirectory, socketPath } from './runtime-directory.ts';

describe('the runtime directory', () => {
  it('is in XDG_RUNTIME_DIR where that is set, else in the folder for temporary files, by user', () => {
    expect(defaultRuntimeDirectory({ XDG_RUNTIME_DIR: '/run/user/7' })).toBe('/run/user/7/peerlab');
    expect(defaultRuntimeDirectory({ XDG_RUNTIME_DIR: '' })).toMatch(/peerlab-(\d+|user)$/);
  });

  it('does not depend on the working directory', () => {
    for (const XDG_RUNTIME_DIR of ['run', './run', '../run']) {
      expect(defaultRuntimeDirectory({ XDG_RUNTIME_DIR })).toBe(defaultRuntimeDirectory({}));
      expect(ignoredRuntimeDirectory({ XDG_RUNTIME_DIR })).toContain(XDG_RUNTIME_DIR);
    }
    expect(ignoredRuntimeDirectory({ XDG_RUNTIME_DIR: '/run/user/7' })).toBeUndefined();
    vi.stubEnv('TMPDIR', 'tmp');
    expect(defaultRuntimeDirectory({})).toMatch(/^\/tmp\/peerlab-/);
    vi.unstubAllEnvs();
  });
});

describe('the path of a socket', () => {
  it('carries the name of the lab where it fits, and a hash of it where it does not', () => {
    expect(socketPath('/run/peerlab', 'ring-20')).toBe('/run/peerlab/ring-20.sock');
    const long = socketPath('/run/peerlab', 'x'.repeat(200));
    expect(long.length).toBeLessThan(60);
    expect(long).not.toBe(socketPath('/run/peerlab', 'x'.repeat(201)));
    expect(long).toBe(socketPath('/run/peerlab', 'x'.repeat(200)));
  });

  it('stays in its folder whatever the name', () => {
    expect(socketPath('/run/peerlab', '../evil')).toMatch(/^\/run\/peerlab\/~[0-9a-f]+\.sock$/);
  });

  it('is refused when the folder is too deep for any socket', () => {
    expect(() => socketPath(`/${'d'.repeat(100)}`, 'ring')).toThrowError(
      expect.objectContaining({ code: 'ENGINE_REFUSED' }),
    );
  });
});
