import { describe, expect, it } from 'vitest';
import { userTasksLeft } from './user-tasks.ts';

const limitsOf = (most: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax processes             ${most}                   4096                 processes\n`;
const statusOf = (user: number, threads: number, capabilities = 0n): string =>
  `Name:\tnode\nUid:\t${user}\t0\t0\t0\nThreads:\t${threads}\nCapEff:\t${capabilities.toString(16).padStart(16, '0')}\n`;

describe('the processes that a user may still start', () => {
  const all = [statusOf(7, 11), statusOf(7, 1), statusOf(8, 100), ''];

  it('are what the soft limit leaves beside their threads', () => {
    expect(userTasksLeft({ limits: limitsOf('30'), own: statusOf(7, 11), all })).toBe(18);
    expect(userTasksLeft({ limits: limitsOf('10'), own: statusOf(7, 11), all })).toBe(0);
  });

  it.each([
    ['without a limit', limitsOf('unlimited'), statusOf(7, 11)],
    ['for the superuser', limitsOf('30'), statusOf(0, 11)],
    ['with CAP_SYS_RESOURCE', limitsOf('30'), statusOf(7, 11, 1n << 24n)],
    ['with CAP_SYS_ADMIN', limitsOf('30'), statusOf(7, 11, 1n << 21n)],
    ['where nothing tells', '', ''],
  ])('are not limited %s', (_, limits, own) => {
    expect(userTasksLeft({ limits, own, all })).toBeUndefined();
  });

  it('are known of this process, or it has no limit', () => {
    expect(userTasksLeft() ?? 1).toBeGreaterThanOrEqual(0);
  });
});
