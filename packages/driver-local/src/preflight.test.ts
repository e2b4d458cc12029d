import type { LabPlan } from '@peerlab/driver';
import { describe, expect, it } from 'vitest';
import { type MachineRoom, machineRoom, preflight } from './preflight.ts';

const MEBIBYTE = 1024 ** 2;
const plan: LabPlan = { name: 'ring', hash: '', topology: '', peers: [], ephemeral: false };
const plenty: MachineRoom = { memoryBytes: undefined, openFiles: undefined, tasks: undefined, userTasks: undefined };
const check = (peers: number, room: Partial<MachineRoom>): void =>
  preflight(peers, plan, { peerFootprintBytes: 10 * MEBIBYTE }, { ...plenty, ...room });

describe('the preflight', () => {
  it.each<[string, Partial<MachineRoom>, number]>([
    ['memory', { memoryBytes: 1000 * MEBIBYTE }, 90],
    ['open files', { openFiles: 364 }, 100],
    ['processes', { tasks: 1100 }, 100],
    ['processes of this user', { userTasks: 1111 }, 100],
    ['processes of this user', { userTasks: 5 }, 0],
  ])('refuses what is too much for %s, and says how many fit', (what, room, most) => {
    expect(() => check(most, room)).not.toThrow();
    expect(() => check(most + 1, room)).toThrowError(
      expect.objectContaining({
        code: 'CANNOT_CARRY',
        message: expect.stringContaining(what),
        advice: expect.stringContaining(`at most ${most} peers fit`),
      }),
    );
  });

  it('refuses nothing where no limit is known', () => {
    expect(() => check(1_000_000, {})).not.toThrow();
  });

  it('finds room for a small lab on this machine', () => {
    expect(() => preflight(3, plan, { peerFootprintBytes: 10 * MEBIBYTE }, machineRoom())).not.toThrow();
  });
});
