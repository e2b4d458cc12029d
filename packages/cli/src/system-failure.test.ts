import { describe, expect, it } from 'vitest';
import { systemFailure } from './system-failure.ts';

const error = (code: string, syscall = 'open'): Error => Object.assign(new Error(`${code}: oh`), { code, syscall });

describe('what the machine refuses', () => {
  it.each([
    [error('EMFILE'), 'ulimit -n'],
    [error('EAGAIN', 'spawn node'), 'ulimit -u'],
    [error('ENOSPC', 'write'), 'make room'],
    [new Error('it failed', { cause: error('ENOMEM') }), 'end other programs'],
  ])('is told with what to do: %s', (given, advice) => {
    const failure = systemFailure(given);
    expect(failure?.message).toMatch(/^th(is|e) |^no /);
    expect(failure?.advice).toContain(advice);
  });

  it.each([[error('ENOENT')], [error('EAGAIN', 'read')], [new Error('a defect')], ['text'], [undefined]])(
    'is not every error: %s',
    given => expect(systemFailure(given)).toBeUndefined(),
  );
});
